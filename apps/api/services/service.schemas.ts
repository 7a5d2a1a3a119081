import { z } from 'zod';

const State = z.object({
  up: z.boolean(),
  detail: z.string().nullable().meta({ description: 'What is wrong, in words; null: nothing' }),
});

const Records = z.number().int();

export const Services = z.object({
  postgres: State,
  kafka: State,
  services: z
    .array(
      z.object({
        name: z.string(),
        running: z.boolean().meta({ description: 'It has a process that reads, or is about to' }),
        groupState: z.string().meta({ description: "Kafka's word for its consumer group, as Stable or Empty" }),
        members: z.number().int().meta({ description: 'Of its consumer group: processes' }),
        lagRecords: Records.meta({
          description:
            'Records above its commits, without those on the rungs. Under way, some of them may be finished: a commit is ' +
            'one offset, what is done above it stands beside it',
        }),
        retryRecords: Records.meta({ description: 'On the rungs of the ladder, due or not; 0 for what has none' }),
        topics: z.array(z.object({ topic: z.string(), lagRecords: Records })),
      }),
    )
    .meta({ description: 'Those that read from Kafka; empty while Kafka does not answer' }),
});
export type Services = z.output<typeof Services>;
