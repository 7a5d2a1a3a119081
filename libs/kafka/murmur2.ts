/**
 * Kafka's standard partition of a key: murmur2 (seed 0x9747b28c), made positive, modulo the partitions; as
 * `org.apache.kafka.common.utils.Utils.murmur2` and `Utils.toPositive` have it.
 */
export function partitionOf(key: Buffer | string, partitions: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitions;
}

const M = 0x5bd1e995;

/** Kafka's 32-bit murmur2, as a signed integer. */
export function murmur2(data: Buffer): number {
  const length = data.length;
  let h = 0x9747b28c ^ length;
  const words = length >> 2;
  for (let index = 0; index < words; index++) {
    let k = Math.imul(data.readInt32LE(index * 4), M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  const tail = words * 4;
  const rest = length - tail;
  if (rest > 0) {
    if (rest === 3) h ^= data[tail + 2]! << 16;
    if (rest >= 2) h ^= data[tail + 1]! << 8;
    h = Math.imul(h ^ data[tail]!, M);
  }
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
}
