import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RequestScanner } from './request-scanner.js';

const request = (body: string, name = 'content-length'): string =>
  `POST /webhook HTTP/1.1\r\nhost: r\r\n${name}: ${Buffer.byteLength(body)}\r\nconnection: keep-alive\r\n\r\n${body}`;

function bodiesOf(chunks: readonly Buffer[]): string[] {
  const scanner = new RequestScanner();
  const bodies: string[] = [];
  for (const chunk of chunks) scanner.push(chunk, (bytes, from, to) => bodies.push(bytes.toString('utf8', from, to)));
  return bodies;
}

describe('the requests of a connection', () => {
  it('are told apart wherever the network cuts them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat()), (bodies, cuts) => {
        const bytes = Buffer.from(bodies.map((body) => request(body)).join(''));
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
        expect(bodiesOf(chunks)).toEqual(bodies);
      }),
    );
  });

  it('may spell Content-Length otherwise', () => {
    expect(bodiesOf([Buffer.from(request('a', 'Content-Length') + request('b', 'CONTENT-LENGTH'))])).toEqual([
      'a',
      'b',
    ]);
  });

  it('must have a Content-Length', () => {
    expect(() => bodiesOf([Buffer.from('POST / HTTP/1.1\r\nhost: r\r\n\r\n')])).toThrow('without Content-Length');
  });
});
