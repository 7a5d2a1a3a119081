import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('bearer_tokens')
export class BearerTokenEntity {
  @PrimaryColumn('uuid', { name: 'endpoint_id' })
  endpointId!: string;

  /** By libs/runtime's SecretBox. */
  @Column('text')
  sealed!: string;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
