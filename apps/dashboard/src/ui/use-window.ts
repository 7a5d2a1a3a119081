import { useEffect, useState, type RefObject } from 'react';

/** Rows drawn above and below those in view. */
const OVERSCAN = 12;

export interface Window {
  /** Of the rows to draw; `end` is the first one after them. */
  readonly start: number;
  readonly end: number;
}

/**
 * Which rows of a scrolled box are to be drawn. All have one height, so no row is ever measured, and a hundred thousand
 * cost what twenty do.
 * @param rowHeight in pixels.
 */
export function useWindow(box: RefObject<HTMLElement | null>, count: number, rowHeight: number): Window {
  const [{ start, end }, setWindow] = useState<Window>({ start: 0, end: 2 * OVERSCAN });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = (): void => {
      const first = Math.floor(element.scrollTop / rowHeight);
      const inView = Math.ceil(element.clientHeight / rowHeight);
      const next = { start: Math.max(0, first - OVERSCAN), end: first + inView + OVERSCAN };
      setWindow((now) => (now.start === next.start && now.end === next.end ? now : next));
    };
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box, rowHeight]);
  return { start: Math.min(start, count), end: Math.min(end, count) };
}
