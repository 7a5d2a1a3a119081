import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { readSearch, writeSearch, type Search } from '../api/delivery-filter.js';

/** The filters that stand in the address. */
export function useDeliverySearch(): {
  readonly search: Search;
  readonly isSearching: boolean;
  readonly change: (change: Partial<Search>) => void;
} {
  const [address, setAddress] = useSearchParams();
  const text = address.toString();
  const search = useMemo(() => readSearch(new URLSearchParams(text)), [text]);
  return {
    search,
    isSearching: Object.values(search).some((value) => value !== ''),
    change: (change) => setAddress(writeSearch({ ...search, ...change }), { replace: true }),
  };
}
