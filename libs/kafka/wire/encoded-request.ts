/** As kafkajs' connection wants it: one of its encoders, as far as it looks. */
export interface EncodedRequest {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}
