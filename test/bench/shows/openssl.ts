import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Signatures a second, by `openssl speed`. */
export async function opensslSigns(processes: number): Promise<number> {
  const args = ['speed', '-seconds', '2', ...(processes > 1 ? ['-multi', String(processes)] : []), 'rsa2048'];
  const { stdout } = await promisify(execFile)('openssl', args);
  return signsIn(stdout);
}

/** Its last line: `rsa 2048 bits 0.000488s 0.000014s   2048.5  72043.2`. Newer ones tell more columns behind these. */
export function signsIn(output: string): number {
  const line = output.split('\n').find((one) => /^rsa\s+2048 bits/.test(one)) ?? '';
  const value = Number(/^rsa\s+2048 bits\s+\S+s\s+\S+s\s+(?:\S+s\s+\S+s\s+)?([\d.]+)/.exec(line)?.[1]);
  if (Number.isFinite(value)) return value;
  throw new Error(`openssl speed did not say how often it signs: ${output.slice(-300)}`);
}
