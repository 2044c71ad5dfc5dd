import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type DetailedPeerCertificate, type TLSSocket, connect, createServer } from 'node:tls';
import { tlsOptionsFor } from '../../lib/transport/tls/trust.js';
import type { AuthorityGraph } from './authority-graphs.js';
import { serveParent } from './processes/serve-parent.js';

/** Connects to servers with the given authorities, as every transport does, and walks their chains. */
serveParent(async (graphs: AuthorityGraph[]) => {
  const answers = [];
  for (const graph of graphs) answers.push(await tryOut(graph));
  return answers;
});

async function tryOut({ ca, server }: AuthorityGraph): Promise<{ isTrusted: boolean; chain: number }> {
  const listening = createServer(server, (socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const socket = connect({ ...tlsOptionsFor(ca), host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const answer = { isTrusted: socket.authorized, chain: countChain(socket) };
  socket.destroy();
  listening.close();
  return answer;
}

function countChain(socket: TLSSocket): number {
  let length = 0;
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  for (; certificate; certificate = certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate) length++;
  return length;
}
