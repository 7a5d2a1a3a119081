import { Entity, PrimaryColumn } from 'typeorm';
import type { EventType } from '#libs/contracts';

/** The endpoint gets events of this type. */
@Entity('triggers')
export class TriggerEntity {
  @PrimaryColumn('uuid', { name: 'endpoint_id' })
  endpointId!: string;

  @PrimaryColumn('text', { name: 'event_type' })
  eventType!: EventType;
}
