import { randomUUID } from 'node:crypto';
import { EVENT_CATALOGUE, type EventType } from '#libs/contracts';
import { TOPICS, type OutgoingRecord } from '#libs/kafka';
import { changeSettings, createDataSource, EndpointEntity, ProjectEntity, TriggerEntity } from '#libs/storage';

/** A project with one CUSTOM endpoint that gets every event, written as the API writes it. */
export async function registerCustomer(
  databaseUrl: string,
  targets: readonly string[],
  settings: Partial<EndpointEntity> = {},
): Promise<{ readonly projectId: string; readonly endpointIds: readonly string[] }> {
  const dataSource = await createDataSource(databaseUrl, { poolSize: 1 }).initialize();
  const projectId = randomUUID();
  const endpointIds = targets.map(() => randomUUID());
  try {
    await changeSettings(dataSource, async (manager) => {
      await manager.insert(ProjectEntity, { id: projectId, name: 'Customer', createdAt: new Date() });
      for (const [index, id] of endpointIds.entries()) {
        await manager.insert(EndpointEntity, {
          id,
          projectId,
          name: `Endpoint ${index + 1}`,
          endpointType: 'CUSTOM',
          target: targets[index]!,
          authType: 'NONE',
          contentKey: null,
          enabled: true,
          createdAt: new Date(),
          updatedAt: new Date(),
          ...settings,
        });
        await manager.insert(
          TriggerEntity,
          EVENT_CATALOGUE.map(({ eventType }) => ({ endpointId: id, eventType })),
        );
      }
    });
  } finally {
    await dataSource.destroy();
  }
  return { projectId, endpointIds };
}

/** An event of a call, as a producer writes it. */
export function eventRecord(
  projectId: string,
  callId: string,
  eventId: string,
  eventType: EventType = 'OUTBOUND_CALL_CALLING',
): OutgoingRecord {
  const event = {
    eventId,
    projectId,
    eventType,
    occurredAt: new Date().toISOString(),
    data: { callId, callStatus: 'CALLING' },
  };
  return { topic: TOPICS.events, key: callId, value: JSON.stringify(event) };
}
