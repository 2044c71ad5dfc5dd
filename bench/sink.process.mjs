// A fast SMTP server in its own process, which accepts, counts and drops every mail. Its argument is JSON: `delay`, in milliseconds in
// each direction, and `tls`, the key and certificate of STARTTLS.
import { connect, createServer } from 'node:net';
import { TLSSocket } from 'node:tls';

const { delay, tls } = JSON.parse(process.argv[2]);
const END = Buffer.from('\r\n.\r\n');
let mails = 0;
let expected = 0;
/** The time of the last DATA, by CLOCK_MONOTONIC, which all processes share. */
let dataAt = 0n;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.write('220 sink ESMTP\r\n');
  serve(socket, tls !== undefined);
});

/** Serves a connection until it is closed or becomes encrypted. */
function serve(socket, offersTls) {
  let buffered = Buffer.alloc(0);
  let isBody = false;
  /** The octets of the message behind BDAT that have not arrived. */
  let octets = 0;
  const listen = (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    let replies = '';
    for (;;) {
      if (octets > 0) {
        const taken = Math.min(octets, buffered.length);
        octets -= taken;
        buffered = buffered.subarray(taken);
        if (octets > 0) break;
        count();
        replies += '250 2.0.0 taken\r\n';
      }
      const end = isBody ? buffered.indexOf(END) : buffered.indexOf('\r\n');
      if (end < 0) break;
      if (isBody) {
        buffered = buffered.subarray(end + END.length);
        isBody = false;
        count();
        replies += '250 2.0.0 taken\r\n';
        continue;
      }
      const verb = buffered.toString('latin1', 0, 4).toUpperCase();
      if (verb === 'BDAT') octets = Number.parseInt(buffered.toString('latin1', 5, end));
      buffered = buffered.subarray(end + 2);
      if (octets > 0) continue;
      if (verb === 'STAR') {
        socket.off('data', listen).write('220 2.0.0 go ahead\r\n');
        const encrypted = new TLSSocket(socket, { isServer: true, ...tls });
        encrypted.on('error', () => undefined);
        serve(encrypted, false);
        return;
      }
      isBody = verb === 'DATA';
      replies += answer(verb, offersTls);
      if (isBody) dataAt = process.hrtime.bigint();
    }
    // One write for all commands that arrived together, because they may be pipelined.
    if (replies) socket.write(replies);
    if (replies.endsWith('bye\r\n')) socket.end();
  };
  socket.on('data', listen);
}

function answer(verb, offersTls) {
  if (verb === 'EHLO')
    return `250-sink\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-SIZE\r\n${offersTls ? '250-STARTTLS\r\n' : ''}250 8BITMIME\r\n`;
  if (verb === 'DATA') return '354 go ahead\r\n';
  return verb === 'QUIT' ? '221 2.0.0 bye\r\n' : '250 2.0.0 ok\r\n';
}

function count() {
  mails += 1;
  if (mails === expected) process.send({ reached: mails, dataAt: String(dataAt) });
}

/** Puts a network before a port of this machine: what is sent arrives after the delay, in both directions. */
function delayed(port) {
  return createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.on('data', (chunk) => setTimeout(() => to.write(chunk), delay));
      from.on('end', () => setTimeout(() => to.end(), delay));
      from.on('error', () => to.destroy());
      from.on('close', () => setTimeout(() => to.destroy(), 2 * delay));
    }
  });
}

process.on('message', ({ expect }) => {
  mails = 0;
  expected = expect;
  process.send({ expecting: expect });
});
process.on('disconnect', () => process.exit());
const listen = (it, ready) => it.listen(0, '127.0.0.1', () => ready(it.address().port));
listen(server, (port) => (delay === 0 ? process.send({ port }) : listen(delayed(port), (outer) => process.send({ port: outer }))));
