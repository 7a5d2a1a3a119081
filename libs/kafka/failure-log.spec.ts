import { describe, expect, it } from '@jest/globals';
import { FailureLog } from './failure-log.js';

function recorded() {
  const lines: string[] = [];
  const line = (level: string) => (_fields: object, text: string) => void lines.push(`${level} ${text}`);
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  return { failures: new FailureLog(log), told: () => lines.splice(0).filter((text) => !text.startsWith('debug')) };
}

const TOLD = 'error a batch could not be handled; it comes again';

describe('batches that fail again and again', () => {
  it('are told once for each reason, however many partitions fail', () => {
    const { failures, told } = recorded();
    for (let time = 0; time < 100; time += 1) {
      for (const place of ['t/0', 't/1', 't/2']) failures.failed(place, new Error('Postgres is away'), {});
    }
    expect(told()).toEqual([TOLD]);
    failures.failed('t/1', new Error('the disk is full'), {});
    expect(told()).toEqual([TOLD]);
  });

  it('are over when all partitions work again, and told anew when they fail after that', () => {
    const { failures, told } = recorded();
    failures.failed('t/0', new Error('no'), {});
    failures.failed('t/1', new Error('no'), {});
    failures.worked('t/0');
    expect(told()).toEqual([TOLD]);
    failures.worked('t/1');
    failures.worked('t/1');
    expect(told()).toEqual(['info batches are handled again']);
    failures.failed('t/0', new Error('no'), {});
    expect(told()).toEqual([TOLD]);
  });

  it('are nothing to us once their partitions are given back', () => {
    const { failures, told } = recorded();
    failures.failed('t/0', new Error('no'), {});
    failures.forget();
    failures.worked('t/0');
    expect(told()).toEqual([TOLD]);
  });
});
