import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createPrivateCa } from '../../lib/testing/private-ca.js';
import { HttpsClient, HttpsFailure } from '../../lib/io/https-client.js';
import { toHttpsError } from '../../lib/transport/failures/https-failure.js';
import { tlsOptionsFor } from '../../lib/transport/tls/trust.js';
import { type FakeServer, type Reaction, startHttps } from '../support/microsoft/https-server.js';

describe('HttpsClient', () => {
  let server: FakeServer;
  let ca: string;
  let answer: Reaction;
  let dropsHeads: boolean;
  beforeAll(async () => {
    const authority = await createPrivateCa();
    ca = authority.certificate;
    server = await startHttps(
      await authority.issue(),
      () => answer,
      () => (dropsHeads ? 'DROP' : undefined),
    );
  });
  afterAll(() => server.close());
  beforeEach(() => {
    answer = { status: 200, body: 'yes' };
    dropsHeads = false;
  });

  const client = (overrides: Partial<ConstructorParameters<typeof HttpsClient>[0]> = {}) =>
    new HttpsClient({ tls: tlsOptionsFor([ca]), hosts: [server.host], ...overrides });
  const catchFailure = async (work: Promise<unknown>): Promise<HttpsFailure> => {
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HttpsFailure);
    return error as HttpsFailure;
  };
  const url = (path = '/') => `https://${server.host}${path}`;

  it('returns the response whatever its status', async () => {
    answer = { status: 404, body: { error: 'x' }, headers: { 'Retry-After': '7' } };
    expect(await client().request({ method: 'POST', url: url('/a?b=c'), body: 'Grüße' })).toMatchObject({
      status: 404,
      body: '{"error":"x"}',
      headers: { 'retry-after': '7' },
    });
    expect(server.requests.at(-1)!.body.toString()).toBe('Grüße');
  });

  it.each(['https://elsewhere.example/', 'http://localhost/', 'https://user@elsewhere.example/', 'not an address', 'https://localhost/'])(
    'does not connect to other hosts: %s',
    async (other) => {
      const asked = server.connections;
      expect(await catchFailure(client().request({ method: 'GET', url: other }))).toMatchObject({ code: 'EHOST', stage: 'connecting' });
      expect(server.connections).toBe(asked);
    },
  );

  it('does not reuse connections, which may be dead', async () => {
    const before = server.connections;
    const one = client();
    for (let i = 0; i < 3; i++) await one.request({ method: 'GET', url: url() });
    expect(server.connections).toBe(before + 3);
  });

  it('distinguishes a request that was cut off from one that was lost after it was sent', async () => {
    answer = 'DROP';
    expect(await catchFailure(client().request({ method: 'POST', url: url(), body: 'all of it' }))).toMatchObject({ stage: 'written' });
    dropsHeads = true;
    const large = Buffer.alloc(80_000_000);
    const cut = await catchFailure(client().request({ method: 'POST', url: url(), body: large }));
    expect(cut).toMatchObject({ stage: 'writing' });
    expect(toHttpsError(cut, 'mailbox', { reply: 'lost' })).toMatchObject({ code: 'CONNECTION', phase: 'message', fault: 'server' });
  });

  it('has a deadline for connecting and one for the whole request', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const host = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const connecting = client({ hosts: [host], connectMs: 100 }).request({ method: 'GET', url: `https://${host}/` });
    expect(await catchFailure(connecting)).toMatchObject({ code: 'ETIMEDOUT', stage: 'connecting' });
    mute.close();
    answer = 'SILENT';
    expect(await catchFailure(client({ responseMs: 100 }).request({ method: 'GET', url: url() }))).toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('limits the size of a response', async () => {
    const most = 1_048_576;
    answer = { status: 200, body: 'x'.repeat(most) };
    expect((await client().request({ method: 'GET', url: url() })).body).toHaveLength(most);
    answer = { status: 200, body: 'x'.repeat(most + 1) };
    expect(await catchFailure(client().request({ method: 'GET', url: url() }))).toMatchObject({ code: 'TOO_LARGE', stage: 'written' });
    expect((await client({ maxResponseBytes: most + 1 }).request({ method: 'GET', url: url() })).body).toHaveLength(most + 1);
  });

  it('does not include the request or the URL in an error', async () => {
    answer = 'DROP';
    const failure = await catchFailure(client().request({ method: 'POST', url: url('/?token=secret'), body: 'secret' }));
    expect(`${failure.message} ${failure.stack} ${JSON.stringify(failure)}`).not.toContain('secret');
  });
});
