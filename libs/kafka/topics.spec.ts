import { allTopics, KINDS } from './topics.js';

describe('the table of topics', () => {
  it('has the names that users and manifests rely on, each once', () => {
    const kinds = ['slack', 'teams', 'email', 'custom'];
    const ofKind = (kind: string) => [
      `deliveries.${kind}`,
      ...[1, 2, 3, 4, 5, 6].map((rung) => `deliveries.${kind}.retry.${rung}`),
      `deliveries.${kind}.commands`,
      `deliveries.${kind}.dlq`,
    ];
    expect(KINDS).toEqual(kinds);
    expect(allTopics().map(({ name }) => name)).toEqual([
      'calls.events',
      'calls.events.rejected',
      'deliveries.attempts',
      'platform.events',
      ...kinds.flatMap(ofKind),
    ]);
  });

  it('has as many rungs as the ladder', () => {
    const rungs = (count?: number) => allTopics(count).filter(({ name }) => name.startsWith('deliveries.email.retry.'));
    expect([rungs(1), rungs(8), rungs()].map((topics) => topics.length)).toEqual([1, 8, 6]);
    expect(rungs(8).at(-1)?.name).toBe('deliveries.email.retry.8');
  });

  it('has calls.events, and no other, stamped by the broker', () => {
    const stamped = allTopics().filter(({ config }) => config['message.timestamp.type'] === 'LogAppendTime');
    expect(stamped.map(({ name }) => name)).toEqual(['calls.events']);
  });

  it('keeps dead letters and rejected events longest', () => {
    const days = (name: string) =>
      Number(allTopics().find((topic) => topic.name === name)?.config['retention.ms']) / (24 * 60 * 60 * 1000);
    expect(days('deliveries.custom.dlq')).toBe(30);
    expect(days('calls.events.rejected')).toBe(30);
    expect(days('deliveries.custom')).toBe(7);
  });
});
