import { useState } from 'react';
import type { RedriveWish } from '../api/dead-letters.js';
import { filterOf, type Search } from '../api/delivery-filter.js';

/** What somebody wants to send again, from the click to the end of the dialog. */
export function useRedriveWish() {
  const [wish, setWish] = useState<RedriveWish | null>(null);
  return {
    wish,
    ask: (search: Search) => setWish({ filter: filterOf({ ...search, status: '' }, Date.now()) }),
    close: () => setWish(null),
  };
}
