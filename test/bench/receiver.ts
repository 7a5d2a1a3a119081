// node receiver.js <port> <control port>: a customer's endpoint that costs next to nothing (node:net, no HTTP library):
// it notes the event's number and the time of each request, and answers 200. On the control port:
// POST /reset forgets everything, GET /count and GET /arrivals tell what came since.
import { createServer as createControl } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { monotonicMs, type Arrivals } from './arrivals.js';
import { NUMBER_FIELD } from './events.js';
import { numberAt, RequestScanner } from './request-scanner.js';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const MARK = Buffer.from(NUMBER_FIELD);

let numbers: number[] = [];
let times: number[] = [];

createServer({ noDelay: true }, receive).listen(Number(process.argv[2]), '127.0.0.1');

function receive(socket: Socket): void {
  const scanner = new RequestScanner();
  socket.on('error', () => undefined); // whoever posts tells of it
  socket.on('data', (chunk: Buffer) => {
    const at = monotonicMs();
    let complete = 0;
    scanner.push(chunk, (bytes, from, to) => {
      const mark = bytes.indexOf(MARK, from);
      numbers.push(mark === -1 || mark > to ? -1 : numberAt(bytes, mark + MARK.length));
      times.push(at);
      complete += 1;
    });
    if (complete > 0) socket.write(complete === 1 ? ANSWER : ANSWER.repeat(complete), 'latin1');
  });
}

createControl((request, response) => {
  if (request.method === 'POST') {
    numbers = [];
    times = [];
  }
  const arrivals: Arrivals = { numbers, times };
  response.end(request.url === '/arrivals' ? JSON.stringify(arrivals) : String(numbers.length));
}).listen(Number(process.argv[3]), '127.0.0.1');
