// node collector.js <port>: takes traces as a collector does (OTLP over HTTP, protobuf) and keeps nothing of them but how many
// spans came. POST /reset forgets that, GET /spans tells it.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { countMessages } from './count-messages.js';

/** ExportTraceServiceRequest: resource_spans, their scope_spans, their spans (opentelemetry/proto/trace/v1/trace.proto). */
const SPANS = [1, 2, 2];

let spans = 0;

createServer(async (request, response) => {
  if (request.url === '/v1/traces') spans += countMessages(await buffer(request), SPANS);
  else if (request.url === '/reset') spans = 0;
  response.writeHead(200, { 'content-type': request.url === '/v1/traces' ? 'application/x-protobuf' : 'text/plain' });
  response.end(request.url === '/spans' ? String(spans) : '');
}).listen(Number(process.argv[2]), '127.0.0.1');
