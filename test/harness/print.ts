/** Figures that a spec measured and does not judge: on standard error, without jest's frame around them. */
export function print(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** `p50 12, p99 80, max 91 ms`. */
export function describeTimes(ms: readonly number[]): string {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number): string => quantile(sorted, share).toFixed(0);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`;
}

/** @param sorted ascending; 0 when there is none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
}
