// A fast SMTP server in its own process, which accepts, counts and drops every mail.
import { createServer } from 'node:net';

const END = Buffer.from('\r\n.\r\n');
let mails = 0;
let expected = 0;
/** The time of the last DATA, by CLOCK_MONOTONIC, which all processes share. */
let dataAt = 0n;

const server = createServer({ noDelay: true }, (socket) => {
  let buffered = Buffer.alloc(0);
  let isBody = false;
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    let replies = '';
    for (;;) {
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
      buffered = buffered.subarray(end + 2);
      isBody = verb === 'DATA';
      replies += answer(verb);
      if (isBody) dataAt = process.hrtime.bigint();
    }
    // One write for all commands that arrived together, because they may be pipelined.
    if (replies) socket.write(replies);
    if (replies.endsWith('bye\r\n')) socket.end();
  });
  socket.write('220 sink ESMTP\r\n');
});

function answer(verb) {
  if (verb === 'EHLO') return '250-sink\r\n250-PIPELINING\r\n250-SIZE\r\n250 8BITMIME\r\n';
  if (verb === 'DATA') return '354 go ahead\r\n';
  return verb === 'QUIT' ? '221 2.0.0 bye\r\n' : '250 2.0.0 ok\r\n';
}

function count() {
  mails += 1;
  if (mails === expected) process.send({ reached: mails, dataAt: String(dataAt) });
}

process.on('message', ({ expect }) => {
  mails = 0;
  expected = expect;
  process.send({ expecting: expect });
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
