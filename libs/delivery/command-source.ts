import { decodeLaneCommand, type LaneCommand } from '#libs/contracts';
import type { IncomingRecord } from '#libs/kafka';
import type { Command } from '#libs/ordering';
import { laneKeyOf } from './lane-job.js';
import { RecordSource, type SourcePlace } from './record-source.js';

const BOUNDS = { records: 500, bytes: 256 * 1024 };
/** The most commands that are being carried out; the others wait. */
const MAX_AT_ONCE = 100;

export interface CommandDeps {
  onCommand(laneKey: string, command: Command): void;
  onUnreadable(record: IncomingRecord, why: string): void;
  /** The ledger moved by itself. */
  touch(): void;
}

interface Entry {
  readonly offset: number;
  readonly bytes: number;
  readonly record: IncomingRecord;
}

/** Operators' commands to the lanes of one partition. */
export class CommandSource {
  readonly source: RecordSource<Entry>;

  constructor(
    place: SourcePlace,
    private readonly deps: CommandDeps,
  ) {
    this.source = new RecordSource<Entry>(place, {
      bounds: BOUNDS,
      entryOf: (record) => ({ offset: record.offset, bytes: record.value?.length ?? 0, record }),
      mayTake: () => this.source.unfinished < MAX_AT_ONCE,
      take: (entry) => this.take(entry),
    });
  }

  private take({ offset, record }: Entry): void {
    const { deps, source } = this;
    if (source.track(offset, null) !== 'fresh') return deps.touch();
    const command = read(record);
    if ('unreadable' in command) return deps.onUnreadable(record, command.unreadable);
    const { type, endpointId, callId, deliveryId: id, attempts } = command;
    deps.onCommand(laneKeyOf(endpointId, callId), {
      type,
      id,
      attempts,
      place: { topic: source.place.topic, offset },
    });
  }
}

function read({ value }: IncomingRecord): LaneCommand | { readonly unreadable: string } {
  if (value === null) return { unreadable: 'the record has no value' };
  try {
    return decodeLaneCommand(value);
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}
