// node moody-receiver.js <control port> <port> …: endpoints that each have a mood (moods.ts) and cost next to nothing
// (node:net, no HTTP library). On the control port: POST /mood/<endpoint> sets one, POST /reset forgets what came,
// GET /count tells how many were answered 200, GET /attempts all that came.
import { createServer as createControl } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { monotonicMs } from '../arrivals.js';
import { NUMBER_FIELD } from '../events.js';
import { numberAt, RequestScanner } from '../request-scanner.js';
import { answerIn, chances, type Mood } from './moods.js';
import type { Attempts } from './moody-endpoints.js';

const ANSWERS = {
  200: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  500: 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n',
} as const;
const NUMBER = Buffer.from(NUMBER_FIELD);
const ATTEMPT = Buffer.from('X-Recho-Attempt: ');

const [, , controlPort, ...ports] = process.argv;
const moods = ports.map((): { mood: Mood; since: number } => ({ mood: { type: 'well', delayMs: 0 }, since: 0 }));
const chance = chances(1);
let seen = empty();
let taken = 0;

for (const [endpoint, port] of ports.entries()) {
  createServer({ noDelay: true }, (socket) => receive(socket, endpoint)).listen(Number(port), '127.0.0.1');
}

function receive(socket: Socket, endpoint: number): void {
  const scanner = new RequestScanner();
  socket.on('error', () => undefined); // whoever posts tells of it
  socket.on('data', (chunk: Buffer) => {
    const at = monotonicMs();
    scanner.push(chunk, (bytes, from, to, head) => {
      const number = numberBehind(bytes, NUMBER, from, to) ?? -1;
      // A request that does not say is the bare loop's, and its first.
      const attempt = numberBehind(bytes, ATTEMPT, head, from) ?? 1;
      const { mood, since } = moods[endpoint]!;
      const answer = answerIn(mood, at - since, attempt, chance);
      seen.endpoints.push(endpoint);
      seen.numbers.push(number);
      seen.times.push(at);
      seen.attempts.push(attempt);
      seen.statuses.push(answer?.status ?? 0);
      if (answer === null) return;
      if (answer.status === 200) taken += 1;
      if (answer.delayMs === 0) socket.write(ANSWERS[answer.status], 'latin1');
      else setTimeout(() => socket.write(ANSWERS[answer.status], 'latin1'), answer.delayMs);
    });
  });
}

function numberBehind(bytes: Buffer, mark: Buffer, from: number, to: number): number | null {
  const at = bytes.indexOf(mark, from);
  return at === -1 || at > to ? null : numberAt(bytes, at + mark.length);
}

function empty(): { -readonly [Field in keyof Attempts]: number[] } {
  return { endpoints: [], numbers: [], times: [], attempts: [], statuses: [] };
}

createControl(async (request, response) => {
  const [, what, which] = request.url?.split('/') ?? [];
  if (what === 'mood') moods[Number(which)] = { mood: (await json(request)) as Mood, since: monotonicMs() };
  if (what === 'reset') {
    seen = empty();
    taken = 0;
  }
  response.end(what === 'attempts' ? JSON.stringify(seen) : String(taken));
}).listen(Number(controlPort), '127.0.0.1');
