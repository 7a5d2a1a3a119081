import { useState } from 'react';
import { findIds, type RedriveWish } from '../api/dead-letters.js';
import { filterOf, type Search } from '../api/delivery-filter.js';
import { notifyProblem } from '../ui/problem.js';

/** What somebody wants to send again, from the click to the end of the dialog. */
export function useRedriveWish(projectId: string) {
  const [wish, setWish] = useState<RedriveWish | null>(null);
  const [isLooking, setLooking] = useState(false);
  const ask = async (search: Search): Promise<void> => {
    if (search.code === '') return setWish({ filter: filterOf({ ...search, status: '' }, Date.now()) });
    setLooking(true);
    try {
      setWish({ ids: await findIds(projectId, search) });
    } catch (error) {
      notifyProblem(error);
    } finally {
      setLooking(false);
    }
  };
  return { wish, isLooking, ask: (search: Search) => void ask(search), close: () => setWish(null) };
}
