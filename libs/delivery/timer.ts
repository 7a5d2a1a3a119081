/** Calls back after so many milliseconds, and keeps no process alive for it. */
export function after(ms: number, callback: () => void): void {
  setTimeout(callback, ms).unref();
}
