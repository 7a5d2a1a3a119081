import { describe, expect, it } from '@jest/globals';
import { onAbstained, onHoldOver, onJob, onSettled, onSkip, onSpill, onVerdict, onWritten } from './decide.js';
import { RETRY, TERMS, attempting, effectsOf, holding, job, laneOf, waiting } from './lane.fixture.js';

const DELIVERED = { type: 'delivered' } as const;

describe('a healthy lane', () => {
  it('attempts its head at once, and makes every later job wait', () => {
    expect(effectsOf(onJob(undefined, job(1)))).toEqual(['attempt 1 of job-1']);
    const step = onJob(attempting(), job(2));
    expect(effectsOf(step)).toEqual([]);
    expect(laneOf(step).followers).toEqual([job(2)]);
  });

  it('goes on only when the finish before is settled', () => {
    const delivered = onVerdict(attempting(2), job(1), DELIVERED, TERMS);
    expect(effectsOf(delivered)).toEqual(['report job-1 delivered', 'finish job-1']);
    expect(effectsOf(onSettled(laneOf(delivered), job(1)))).toEqual(['attempt 1 of job-2']);
  });

  it('is gone when its last job is settled', () => {
    const delivered = laneOf(onVerdict(attempting(), job(1), DELIVERED, TERMS));
    expect(onSettled(delivered, job(1))).toEqual([undefined, []]);
  });

  it('dead-letters what is refused, then goes on in the same way', () => {
    const refused = onVerdict(attempting(2), job(1), { type: 'refused', reason: 'http_410: gone' }, TERMS);
    expect(effectsOf(refused)).toEqual([
      'dead-letter job-1 after 1: http_410: gone',
      'report job-1 dead_lettered',
      'finish job-1',
    ]);
    expect(effectsOf(onSettled(laneOf(refused), job(1)))).toEqual(['attempt 1 of job-2']);
  });

  it('skips what has no endpoint any more, without an attempt', () => {
    expect(effectsOf(onSkip(attempting(), job(1), 'endpoint_disabled'))).toEqual([
      'report job-1 skipped',
      'finish job-1',
    ]);
  });
});

describe('an attempt that does not count', () => {
  it('is made again under the same number', () => {
    const abstained = onVerdict(attempting(), job(1), { type: 'abstained', reason: 'busy' }, TERMS);
    expect(effectsOf(abstained)).toEqual(['hold job-1']);
    expect(effectsOf(onHoldOver(laneOf(abstained), job(1)))).toEqual(['attempt 1 of job-1']);
  });

  it('may be one that was never made', () => {
    expect(effectsOf(onAbstained(attempting(), job(1)))).toEqual(['hold job-1']);
  });

  it('puts the lane into Postgres when it lasts, with no attempt spent and no wake-up out', () => {
    expect(effectsOf(onSpill(laneOf(onJob(holding(), job(2))), job(1), 'breaker_open'))).toEqual([
      'report job-1 waiting',
      'report job-2 waiting',
      'park job-1, job-2 (attempts 0, no wake-up)',
      'finish job-1',
      'finish job-2',
    ]);
  });

  it('is made again as soon as a spilled head is settled: nobody else would', () => {
    const parked = laneOf(onWritten(laneOf(onSpill(holding(), job(1), 'breaker_open')), null));
    expect(effectsOf(onSettled(parked, job(1)))).toEqual(['attempt 1 of job-1']);
  });

  it('keeps the count of a climbing head, and takes its wake-up out of the row', () => {
    const held = { ...waiting(), phase: 'holding' as const };
    expect(effectsOf(onSpill(held, job(1), 'breaker_open'))).toEqual(['update job-1 (attempts 1, no wake-up)']);
  });
});

describe('what comes too late', () => {
  it('changes nothing: a verdict of a lane that has moved on', () => {
    const lane = waiting();
    expect(onVerdict(lane, job(1), DELIVERED, TERMS)).toEqual([lane, []]);
    expect(onVerdict(undefined, job(1), RETRY, TERMS)).toEqual([undefined, []]);
  });

  it('changes nothing: the verdict, hold or settling of another job', () => {
    const lane = attempting(2);
    expect(onVerdict(lane, job(2), DELIVERED, TERMS)).toEqual([lane, []]);
    expect(onHoldOver(holding(), job(2))[1]).toEqual([]);
    expect(onSettled(lane, job(2))).toEqual([lane, []]);
  });

  it('changes nothing: the same delivery, redriven under another offset', () => {
    const lane = attempting();
    expect(onVerdict(lane, { ...job(1), offset: 9 }, DELIVERED, TERMS)).toEqual([lane, []]);
  });
});
