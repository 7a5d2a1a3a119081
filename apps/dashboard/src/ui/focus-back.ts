import { useEffect } from 'react';

/** Whoever works with the keys is back where they were once this is gone: Mantine sees to that only while it stays mounted. */
export function useFocusBack(): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
}
