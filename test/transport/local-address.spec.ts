import { beforeAll, describe, expect, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { useServer } from '../support/use-server.js';

/** Every address in 127.0.0.0/8 belongs to the machine. */
const OTHER = '127.0.0.9';
/** For documentation (RFC 5737): no machine has it. */
const FOREIGN = '203.0.113.77';

describe('The local address', () => {
  let certificates: Certificates;
  const serve = useServer();
  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  const start = async (overrides: Partial<SmtpSettings> = {}) => {
    const peers: (string | undefined)[] = [];
    const server = await serve({
      tls: certificates.good,
      reply: (command, { socket }) => void (command.startsWith('EHLO') && peers.push(socket.remoteAddress)),
    });
    const settings = buildSettings(server, { host: 'localhost', security: 'starttls', ca: [certificates.ca], ...overrides });
    return { server, settings, peers };
  };
  const send = async (settings: SmtpSettings) => {
    const transport = new SmtpTransport(settings);
    try {
      await transport.send(buildMail());
    } finally {
      await transport.close(0);
    }
  };

  it('is where every connection comes from: in a test, in delivery, and when the server is looked up', async () => {
    const { server, settings, peers } = await start({ localAddress: OTHER });
    expect((await diagnoseSmtp(settings, buildMail())).report).toMatchObject({ ok: true });
    await send(settings);
    const target = { ...settings, egress: resolveEgress() };
    await detectSecurity(target);
    await fetchChain({ ...target, security: 'starttls' });
    expect(server.bodies).toHaveLength(2);
    expect(peers).toEqual(Array.from({ length: 7 }, () => OTHER));
  });

  it('works for a host that is an address', async () => {
    const { settings, peers } = await start({ host: '127.0.0.1', localAddress: OTHER });
    await send(settings);
    expect(peers).toEqual([OTHER, OTHER]);
  });

  it.each(['localhost', '127.0.0.1'])('fails with its field if it is not one of this machine (host %s)', async (host) => {
    const { server, settings } = await start({ host, localAddress: FOREIGN });
    const expected = { code: 'CONFIG_INVALID', reason: 'local_address', values: { localAddress: FOREIGN } };
    expect((await diagnoseSmtp(settings, buildMail())).report.steps.at(-1)).toMatchObject({
      ...expected,
      name: 'tcp',
      field: 'localAddress',
    });
    expect(await catchError(send(settings))).toMatchObject(expected);
    expect(await catchError(fetchChain({ ...settings, security: 'starttls' }))).toMatchObject(expected);
    expect(server.sessions).toEqual([]);
  });

  it('fails with its field if the server has no address of its family', async () => {
    const { server, settings } = await start({ host: '127.0.0.1', localAddress: '::1' });
    const { report } = await diagnoseSmtp(settings, buildMail());
    expect(report.steps.at(-1)).toMatchObject({ reason: 'local_address_family', name: 'tcp', field: 'localAddress' });
    expect(server.sessions).toEqual([]);
  });
});
