import { EndpointCapacity } from './endpoint-capacity.js';

function started(capacity: EndpointCapacity): { submit(endpointId: string, name: string): void; names: string[] } {
  const names: string[] = [];
  return { names, submit: (endpointId, name) => capacity.submit({ endpointId, start: () => names.push(name) }) };
}

describe('room for attempts', () => {
  it('never starts more at one endpoint than its share', () => {
    const capacity = new EndpointCapacity(10, 2);
    const { submit, names } = started(capacity);
    for (const name of ['a1', 'a2', 'a3']) submit('a', name);
    expect(names).toEqual(['a1', 'a2']);
    capacity.attemptEnded('a');
    expect(names).toEqual(['a1', 'a2', 'a3']);
  });

  it('lets an endpoint through whose neighbour has used up its share', () => {
    const { submit, names } = started(new EndpointCapacity(3, 2));
    for (const name of ['a1', 'a2', 'a3', 'a4']) submit('a', name);
    submit('b', 'b1');
    expect(names).toEqual(['a1', 'a2', 'b1']);
  });

  it('counts an attempt against the process until it is settled, not only until it is answered', () => {
    const capacity = new EndpointCapacity(1, 5);
    const { submit, names } = started(capacity);
    submit('a', 'a1');
    submit('a', 'a2');
    capacity.attemptEnded('a');
    expect(names).toEqual(['a1']);
    expect(capacity.isExhausted).toBe(true);
    capacity.released();
    expect(names).toEqual(['a1', 'a2']);
  });

  it('deals room out endpoint by endpoint, in order within each', () => {
    const capacity = new EndpointCapacity(1, 5);
    const { submit, names } = started(capacity);
    for (const [endpointId, name] of [
      ['a', 'a1'],
      ['a', 'a2'],
      ['a', 'a3'],
      ['b', 'b1'],
    ] as const)
      submit(endpointId, name);
    for (const endpointId of ['a', 'a', 'b']) {
      capacity.attemptEnded(endpointId);
      capacity.released();
    }
    expect(names).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('passes over any number of tasks that give their room back at once', () => {
    const capacity = new EndpointCapacity(1, 1);
    let ended = 0;
    const giveBack = (): void => {
      ended += 1;
      capacity.attemptEnded('a');
      capacity.released();
    };
    capacity.submit({ endpointId: 'a', start: () => {} });
    for (let count = 0; count < 50_000; count++) capacity.submit({ endpointId: 'a', start: giveBack });
    capacity.attemptEnded('a');
    capacity.released();
    expect(ended).toBe(50_000);
  });
});
