import { simpleParser, type ParsedMail } from 'mailparser';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** A mail that the server took: it answered 250 to its last dot. */
export interface ReceivedMail {
  /** Of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire, dots unstuffed. */
  readonly raw: Buffer;
  readonly parsed: ParsedMail;
}

/**
 * What it does at one point of a conversation: answers with this code (below 400: accepts), says nothing (`hang`), begins
 * an answer that never ends, line by line (`drip`), or cuts the connection (`drop`).
 */
export type SmtpAnswer = number | { readonly code: number; readonly text: string } | 'hang' | 'drip' | 'drop';

/** What is left out is accepted. May be asked anew for each conversation. */
export interface SmtpScript {
  readonly greeting?: SmtpAnswer;
  readonly mail?: SmtpAnswer;
  readonly rcpt?: SmtpAnswer;
  /** After the last dot; `drop` cuts at the first bytes of the message. */
  readonly data?: SmtpAnswer;
}

export interface SmtpServerOptions {
  /** Wanted before any mail. */
  readonly login?: { readonly user: string; readonly password: string };
  /** With a certificate that nobody trusts: from the first byte, or by STARTTLS. */
  readonly tls?: 'implicit' | 'starttls';
}

export interface TestSmtpServer {
  /** `smtp://127.0.0.1:<a free port>`, or `smtps://…`; without a login. */
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Another script from now on. */
  answerWith(script: SmtpScript): void;
  /** Connections accepted so far. */
  connections(): number;
  /** Connections that are open. */
  open(): number;
  /** Messages of which content began to come, whatever became of them. */
  begun(): number;
  /** Conversations that are held up by `hang` or `drip`. */
  held(): number;
  /** Cuts what is open. */
  close(): Promise<void>;
}

const DRIP_EVERY_MS = 20;
type Done = (error?: Error | null) => void;

/** A mail server on loopback that keeps what it gets and answers as the script says. */
export async function startSmtpServer(
  script: SmtpScript = {},
  { login, tls }: SmtpServerOptions = {},
): Promise<TestSmtpServer> {
  let current = script;
  let connections = 0;
  let begun = 0;
  let held = 0;
  const received: ReceivedMail[] = [];
  const sockets = new Map<number, Socket>();

  const answer = (what: SmtpAnswer | undefined, session: SMTPServerSession, ready: number, done: Done): void => {
    const socket = sockets.get(session.remotePort);
    if (what === 'drop') return void socket?.destroy();
    if (what === 'hang' || what === 'drip') {
      held += 1;
      socket?.once('close', () => (held -= 1));
      if (what === 'hang' || socket === undefined) return;
      const dripping = setInterval(() => socket.write(`${ready}-a moment\r\n`), DRIP_EVERY_MS);
      return void socket.once('close', () => clearInterval(dripping));
    }
    const { code, text } = typeof what === 'object' ? what : { code: what ?? ready, text: 'as the script says' };
    done(code < 400 ? null : Object.assign(new Error(text), { responseCode: code }));
  };

  const server = new SMTPServer({
    authOptional: login === undefined,
    // A login over plain text, as tests want it.
    allowInsecureAuth: true,
    secure: tls === 'implicit',
    disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(login === undefined ? ['AUTH'] : [])],
    disableReverseLookup: true,
    // Nor warned of its certificate, whose key everybody has.
    logger: false,
    closeTimeout: 1,
    onConnect: (session, done) => answer(current.greeting, session, 220, done),
    onAuth: ({ username, password }, _session, done) => {
      const isRight = username === login?.user && password === login?.password;
      if (isRight) done(null, { user: username });
      else done(Object.assign(new Error('authentication failed'), { responseCode: 535 }));
    },
    onMailFrom: (_address, session, done) => answer(current.mail, session, 250, done),
    onRcptTo: (_address, session, done) => answer(current.rcpt, session, 250, done),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('error', () => undefined); // the connection was cut in the middle
      stream.on('data', (chunk: Buffer) => {
        if (chunks.push(chunk) === 1) begun += 1;
        if (current.data === 'drop') sockets.get(session.remotePort)?.destroy();
      });
      stream.on('end', () => {
        answer(current.data, session, 250, (error) => {
          if (error) return done(error);
          const { mailFrom, rcptTo } = session.envelope;
          const raw = Buffer.concat(chunks);
          const from = mailFrom === false ? '' : mailFrom.address;
          void simpleParser(raw).then((parsed) => {
            received.push({ from, to: rcptTo.map(({ address }) => address), raw, parsed });
            done(null);
          }, done);
        });
      });
    },
  });
  server.on('error', () => undefined); // the other side may cut a connection at any time
  server.server.on('connection', (socket: Socket) => {
    connections += 1;
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(port));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    port,
    received,
    answerWith: (next) => {
      current = next;
    },
    connections: () => connections,
    open: () => sockets.size,
    begun: () => begun,
    held: () => held,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
}
