import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** An address that does not answer: it listens, but accepts no connection until it is woken. */
export interface DeafListener {
  port: number;
  /** Accepts all connections, and echoes what they send. */
  wake(): void;
  close(): Promise<void>;
}

/** The listener blocks its thread, so that nothing accepts its connections. */
const LISTENER = `
  const { parentPort, workerData: { host, port, gate } } = require('node:worker_threads');
  const server = require('node:net').createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  server.listen({ host, port, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(gate, 0, 0));
  });
`;

/** Starts a deaf listener. Its queue is filled first: the operating system then drops what else is sent to it. */
export async function startDeafListener(host: string, port = 0): Promise<DeafListener> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(LISTENER, { eval: true, workerData: { host, port, gate } });
  const [bound] = (await once(worker, 'message')) as [number];
  const wake = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  const waiting: Socket[] = [];
  const fill = async (): Promise<boolean> => {
    const socket = connect({ host, port: bound });
    waiting.push(socket);
    socket.on('error', () => undefined);
    return Promise.race([once(socket, 'connect').then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 200, false))]);
  };
  while (await fill());
  return {
    port: bound,
    wake,
    close: async () => {
      for (const socket of waiting) socket.destroy();
      wake();
      await worker.terminate();
    },
  };
}
