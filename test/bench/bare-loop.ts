// node bare-loop.js <brokers> <topic> <receiver>: the bare loop that the product is measured against. It consumes a topic
// and posts every value as it is: no order, no history, no settings.
import { consumeBarely } from './bare-consumer.js';
import { createBarePost } from './bare-post.js';

/** The fastest of 16, 64, 128 and 256 here. */
const IN_FLIGHT = 64;

const [, , brokers = '', topic = '', origin = ''] = process.argv;
const { post } = createBarePost(origin, IN_FLIGHT);
let inFlight = 0;
const onRoom: (() => void)[] = [];

await consumeBarely({
  brokers,
  topic,
  groupId: 'bare-loop',
  onValue: (value) => {
    if (inFlight < IN_FLIGHT) return start(value);
    return new Promise<void>((resolve) => onRoom.push(resolve)).then(() => start(value));
  },
});

function start(value: Buffer): void {
  inFlight += 1;
  void post(value).then(() => {
    inFlight -= 1;
    onRoom.shift()?.();
  });
}
