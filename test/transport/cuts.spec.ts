import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailError } from '../../lib/shared/mail-error.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { type Cut, type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.js';
import { eventually } from '../support/eventually.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { startStrictServer, type StrictScript, type StrictServer } from '../support/strict-server.js';

const countResources = (kind: string) => process.getActiveResourcesInfo().filter((one) => one === kind).length;

describe('a connection that is cut', () => {
  let certificates: Certificates;
  let plain: { server: StrictServer; proxy: CuttingProxy };
  let chunking: { server: StrictServer; proxy: CuttingProxy };
  let encrypted: { server: StrictServer; proxy: CuttingProxy };
  /** The message whose recipient the server refuses. */
  let refused = '';
  const start = async (script: StrictScript) => {
    const server = await startStrictServer(script);
    return { server, proxy: await startCuttingProxy(server) };
  };
  beforeAll(async () => {
    certificates = await makeCertificates();
    const reply: StrictScript['reply'] = ({ verb, session }) => {
      const mail = session.steps.findLast((step) => step.startsWith('MAIL'));
      return verb === 'RCPT' && refused && mail?.includes(`<${refused}@`) ? '550 5.1.1 no such user' : undefined;
    };
    plain = await start({ reply });
    chunking = await start({ reply, extensions: ['PIPELINING', 'CHUNKING', 'SIZE'] });
    encrypted = await start({ reply, tls: certificates.good });
  });
  afterAll(async () => {
    for (const { server, proxy } of [plain, chunking, encrypted]) {
      await proxy.close();
      await server.close();
    }
  });

  let run = 0;
  /** Sends messages through the proxy over one connection, and checks each outcome against what arrived. */
  const deliver = async (
    { server, proxy }: typeof plain,
    count: number,
    { cut, ...settings }: Partial<SmtpSettings> & { cut?: Cut } = {},
  ): Promise<string[]> => {
    run += 1;
    server.mails.length = 0;
    server.sessions.length = 0;
    proxy.set(cut);
    const transport = new SmtpTransport(buildSettings(proxy, { maxConnections: 1, ...settings }));
    const names = Array.from({ length: count }, (_, index) => `m${index}`);
    const results = await Promise.allSettled(
      names.map((name) => {
        const mime = Promise.resolve(Buffer.from(`Subject: ${name}-${run}\r\n\r\n.\r\n`));
        return transport.send({ ...buildMail(), envelope: { from: `${name}@a.example`, to: ['b@c.example'] }, mime });
      }),
    );
    await transport.close();
    // Both sides have received everything that will arrive.
    await proxy.allClosed();
    await server.allClosed();
    return results.map((result, index) => {
      const mails = server.mails.filter(({ body }) => body.startsWith(`Subject: ${names[index]}-${run}`));
      const outcome =
        result.status === 'fulfilled' ? 'sent' : result.reason instanceof MailError ? result.reason.code : String(result.reason);
      const where = `message ${index}, cut ${JSON.stringify(cut)}, ${outcome}`;
      for (const mail of mails) {
        expect(mail).toEqual({ from: `${names[index]}@a.example`, to: ['b@c.example'], body: `Subject: ${names[index]}-${run}\r\n\r\n.` });
      }
      if (outcome === 'sent') expect([where, mails.length]).toEqual([where, 1]);
      else if (outcome === 'AMBIGUOUS') expect([where, mails.length <= 1]).toEqual([where, true]);
      else expect([where, mails.length]).toEqual([where, 0]);
      return outcome;
    });
  };

  /** Cuts at every `step`th byte in each direction, and returns the outcomes that were seen. */
  const cutEverywhere = async (
    setup: typeof plain,
    count: number,
    {
      step = 1,
      connections = 1,
      resets,
      ...settings
    }: Partial<SmtpSettings> & { step?: number; connections?: number; resets?: boolean } = {},
  ): Promise<Set<string>> => {
    await deliver(setup, count, settings);
    const { up, down } = setup.proxy.bytes;
    expect(Math.min(up, down)).toBeGreaterThan(100);
    const seen = new Set<string>();
    for (const [direction, most] of [
      ['up', up],
      ['down', down],
    ] as const) {
      for (let after = 0; after <= most; after += step) {
        const outcomes = await deliver(setup, count, { ...settings, cut: { direction, after, connections, resets } });
        for (const outcome of outcomes) seen.add(outcome);
      }
    }
    return seen;
  };

  it.each([
    [2, 'closes', 1],
    [3, 'closes', 1],
    [3, 'resets', 1],
    [3, 'closes', Infinity],
  ])('%d messages: a network that %s at any byte, of %d connections, loses and doubles nothing', async (count, how, connections) => {
    refused = '';
    const sockets = countResources('TCPSocketWrap');
    const timers = countResources('Timeout');
    const seen = await cutEverywhere(plain, count, {
      connections,
      resets: how === 'resets',
      step: how === 'resets' || connections > 1 ? 3 : 1,
    });
    expect([...seen].toSorted()).toEqual(['AMBIGUOUS', 'CONNECTION', 'sent']);
    await eventually(() => expect(countResources('TCPSocketWrap')).toBeLessThanOrEqual(sockets));
    await eventually(() => expect(countResources('Timeout')).toBeLessThanOrEqual(timers + 1));
  });

  it('a message refused between others is never sent, wherever the cut is', async () => {
    refused = 'm1';
    const seen = await cutEverywhere(plain, 4, { step: 3 });
    expect([...seen].toSorted()).toEqual(['AMBIGUOUS', 'CONNECTION', 'RECIPIENT', 'sent']);
  });

  it('a connection with CHUNKING that is cut at any byte loses nothing and doubles nothing', async () => {
    refused = '';
    const seen = await cutEverywhere(chunking, 6, { step: 3, pipelineDepth: 8 });
    expect([...seen].toSorted()).toEqual(['AMBIGUOUS', 'CONNECTION', 'sent']);
    refused = 'm4';
    expect(await cutEverywhere(chunking, 6, { step: 7, pipelineDepth: 8 })).toContain('RECIPIENT');
  });

  it('the same behind STARTTLS', async () => {
    refused = '';
    const seen = await cutEverywhere(encrypted, 3, { step: 37, security: 'starttls', ca: [certificates.ca] });
    expect(seen).toContain('AMBIGUOUS');
    expect(seen).toContain('sent');
  });
});
