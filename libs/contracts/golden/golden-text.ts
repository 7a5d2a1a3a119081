/** A golden file of JSON that people read in a diff: one value a line. The wire's own bytes have no such spaces. */
export function goldenText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
