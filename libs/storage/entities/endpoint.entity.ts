import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AuthType, EndpointType } from '#libs/contracts';

@Entity('endpoints')
export class EndpointEntity {
  /** UUID. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'endpoint_type' })
  endpointType!: EndpointType;

  @Column('text')
  target!: string;

  @Column('text', { name: 'auth_type' })
  authType!: AuthType;

  @Column('text', { name: 'content_key', nullable: true })
  contentKey!: string | null;

  @Column('boolean')
  enabled!: boolean;

  /** Given by Postgres, growing; orders the jobs of one event. */
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS', insert: false, update: false })
  readonly ordinal!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
