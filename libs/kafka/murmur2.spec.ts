import { murmur2, partitionOf } from './murmur2.js';

describe('murmur2', () => {
  // org.apache.kafka.common.utils.UtilsTest.testMurmur2
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])("hashes %j as Kafka's own clients do", (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('makes of every key, also of one with a negative hash, the number of a partition', () => {
    expect(partitionOf('21', 12)).toBe((-973932308 & 0x7fffffff) % 12);
    for (const key of ['', 'a', 'abc-123', 'звонок-7', '📞']) {
      expect(partitionOf(key, 7)).toBeGreaterThanOrEqual(0);
      expect(partitionOf(key, 7)).toBeLessThan(7);
      expect(partitionOf(Buffer.from(key), 7)).toBe(partitionOf(key, 7));
    }
  });
});
