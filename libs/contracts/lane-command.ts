/** What an operator asks of the one owner of a lane: the value of `deliveries.<kind>.commands`. */
export interface LaneCommand {
  /** Format version of this record. */
  readonly v: 1;
  /** `retry`: attempt the head now. `skip`: dead-letter the head, so that the call goes on. */
  readonly type: 'retry' | 'skip';
  readonly endpointId: string;
  readonly callId: string;
  /** The head that the operator saw; a lane that has moved on ignores the command. */
  readonly deliveryId: string;
  /** The head's attempts that the operator saw. */
  readonly attempts: number;
  /** When it was asked, Unix milliseconds. */
  readonly at: number;
}
