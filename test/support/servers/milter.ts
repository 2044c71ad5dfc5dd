import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** The reply of the milter, in words that no server has of its own. */
const REPLIES = {
  recipient: '550 5.7.1 Acme Shield: this recipient is under quarantine, ticket 4711',
  content: '554 5.7.1 Acme Shield: this message scored 12.3 spam points',
  later: '451 4.7.1 Greylisted, see https://lab.test/greylisting',
};

const CONTINUE = 'c';
/** Commands without a reply: macros, the end of a message, of a session and of the connection. */
const UNANSWERED = new Set(['D', 'A', 'K', 'Q']);

/**
 * Speaks the protocol of milters as far as servers need it: refuses the recipient `shielded`, and messages with the subject `FORBIDDEN`.
 * @param defersFirst defers the first attempt for each recipient
 */
export async function startMilter({ defersFirst = false } = {}): Promise<{ port: number; stop(): void }> {
  const known = new Set<string>();
  const sockets = new Set<Socket>();
  const answer = (command: string, data: Buffer, session: { isForbidden: boolean }): string => {
    const [first = '', second = ''] = data.toString('latin1').split('\0');
    if (command === 'M') session.isForbidden = false;
    if (command === 'L' && /^subject$/i.test(first) && second.trim().startsWith('FORBIDDEN')) session.isForbidden = true;
    if (command === 'R' && first.includes('shielded@')) return `y${REPLIES.recipient}\0`;
    if (command === 'R' && defersFirst && !known.has(first)) {
      known.add(first);
      return `y${REPLIES.later}\0`;
    }
    return command === 'E' && session.isForbidden ? `y${REPLIES.content}\0` : CONTINUE;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
    const session = { isForbidden: false };
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      // A packet is its length, a letter, and the data of this letter.
      while (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
        const end = 4 + received.readUInt32BE(0);
        const command = received.toString('latin1', 4, 5);
        const data = received.subarray(5, end);
        received = received.subarray(end);
        if (command === 'O') socket.write(packet(negotiation(data)));
        else if (!UNANSWERED.has(command)) socket.write(packet(Buffer.from(answer(command, data, session), 'latin1')));
        if (command === 'Q') socket.end();
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

/** Returns the answer to a negotiation: the server's version, no changes of messages, and every step of the protocol. */
function negotiation(offer: Buffer): Buffer {
  const reply = Buffer.alloc(13);
  reply.write('O', 'latin1');
  reply.writeUInt32BE(Math.min(6, offer.readUInt32BE(0)), 1);
  return reply;
}

function packet(data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}
