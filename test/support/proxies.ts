import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions } from 'node:tls';

/** The behavior of a proxy. */
interface ProxyScript {
  /** The login that it requires. */
  login?: { username: string; password: string };
  /** The address to listen on. @default '127.0.0.1' */
  host?: string;
  /** Sends the first bytes of the server together with its own reply. */
  bundlesGreeting?: boolean;
  /** Handles the connection in place of all the above. */
  raw?(socket: Socket): void;
}

export interface HttpProxyScript extends ProxyScript {
  /** The complete reply in place of a connection. */
  reply?: string;
  /** Key and certificate, for a proxy with TLS. */
  tls?: SecureContextOptions;
}

export interface SocksProxyScript extends ProxyScript {
  /** The code of the reply in place of a connection (RFC 1928 §6). */
  status?: number;
  /** The method that it chooses, in place of the right one. */
  method?: number;
}

/** A running proxy, and the targets that it was asked for, as `address:port`. */
export interface TestProxy {
  host: string;
  port: number;
  targets: string[];
  /** The logins that it received. */
  logins: string[];
  /** The sockets of clients that are open. */
  readonly open: number;
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

/** Starts an HTTP proxy that knows CONNECT only. */
export function startHttpProxy(script: HttpProxyScript = {}): Promise<TestProxy> {
  return start(script, (client, proxy) => {
    let head = '';
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      client.off('data', onData).pause();
      const [, target = ''] = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head) ?? [];
      const [, sent = ''] = /^proxy-authorization: *Basic (\S+)\r$/im.exec(head) ?? [];
      const login = Buffer.from(sent, 'base64').toString();
      proxy.targets.push(target);
      if (login) proxy.logins.push(login);
      if (script.reply !== undefined) return void client.end(script.reply);
      if (script.login && login !== `${script.login.username}:${script.login.password}`)
        return void client.end(
          `HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="${login}"\r\nContent-Length: ${login.length}\r\n\r\n${login}`,
        );
      const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
      join(client, { host, port: Number(port) }, script, {
        accepted: () => Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n'),
        failed: () => Buffer.from('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'),
      });
    };
    client.on('data', onData);
  });
}

/** Starts a SOCKS5 proxy (RFC 1928, RFC 1929). */
export function startSocksProxy(script: SocksProxyScript = {}): Promise<TestProxy> {
  return start(script, async (client, proxy) => {
    const take = reader(client);
    const [, count = 0] = await take(2);
    const methods = [...(await take(count))];
    const wanted = script.login ? 2 : 0;
    const method = script.method ?? (methods.includes(wanted) ? wanted : 0xff);
    client.write(Uint8Array.from([5, method]));
    if (method === 0xff) return void client.end();
    if (method === 2) {
      const [, userLength = 0] = await take(2);
      const username = (await take(userLength)).toString();
      const [wordLength = 0] = await take(1);
      const password = (await take(wordLength)).toString();
      proxy.logins.push(`${username}:${password}`);
      const isRight = username === script.login?.username && password === script.login.password;
      client.write(Uint8Array.from([1, isRight ? 0 : 1]));
      if (!isRight) return void client.end();
    }
    const [, , , type = 0] = await take(4);
    const host =
      type === 1 ? [...(await take(4))].join('.') : type === 4 ? ipv6(await take(16)) : (await take((await take(1))[0]!)).toString();
    const port = (await take(2)).readUInt16BE();
    proxy.targets.push(`${host}:${port}`);
    const reply = (status: number) => Buffer.from([5, status, 0, 3, 4, ...Buffer.from('test'), 0, 25]);
    if (script.status) return void client.end(reply(script.status));
    join(client, { host, port }, script, { accepted: () => reply(0), failed: () => reply(5) });
  });
}

const ipv6 = (bytes: Buffer): string => bytes.toString('hex').match(/.{4}/g)!.join(':');

async function start(script: HttpProxyScript, onClient: (client: Socket, proxy: TestProxy) => void | Promise<void>): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  const targets: string[] = [];
  const logins: string[] = [];
  const onSocket = (client: Socket): void => {
    sockets.add(client);
    client.on('error', () => undefined);
    client.once('close', () => {
      sockets.delete(client);
      if (!sockets.size) server.emit('allClosed');
    });
    if (script.raw) script.raw(client.resume());
    else void onClient(client, proxy);
  };
  const server = script.tls ? createTlsServer(script.tls, onSocket) : createServer(onSocket);
  server.listen(0, script.host ?? '127.0.0.1');
  await once(server, 'listening');
  const proxy: TestProxy = {
    host: script.host ?? '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    targets,
    logins,
    get open() {
      return sockets.size;
    },
    allClosed: async () => {
      if (sockets.size) await once(server, 'allClosed');
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}

/** Connects a client to its target. */
function join(
  client: Socket,
  target: { host: string; port: number },
  { bundlesGreeting }: ProxyScript,
  { accepted, failed }: { accepted: () => Buffer; failed: () => Buffer },
): void {
  const upstream = connect(target);
  upstream.on('error', () => (upstream.connecting || !upstream.remoteAddress ? client.end(failed()) : client.destroy()));
  upstream.once('close', () => client.destroySoon());
  client.once('close', () => upstream.destroy());
  upstream.once('connect', () => {
    const forward = () => client.pipe(upstream).pipe(client);
    if (!bundlesGreeting) {
      client.write(accepted());
      forward();
      return;
    }
    upstream.once('data', (greeting: Buffer) => {
      client.write(Buffer.concat([accepted(), greeting]));
      forward();
    });
  });
}

/** Returns a function that reads so many bytes; it waits for ever if the client sends fewer. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  return (length) =>
    new Promise((resolve) => {
      const onReadable = (): void => {
        const chunk = length === 0 ? Buffer.alloc(0) : (socket.read(length) as Buffer | null);
        if (chunk === null) return;
        socket.off('readable', onReadable);
        resolve(chunk);
      };
      socket.on('readable', onReadable);
      onReadable();
    });
}
