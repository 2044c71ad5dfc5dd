import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { SmtpSession } from '../../lib/transport/smtp/smtp-session.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { makeCertificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

const refused = expect.objectContaining({ code: 'CONFIG_INVALID', fault: 'config', reason: 'unknown_security', phase: 'tls' });

describe.each(['STARTTLS', 'ssl', 'auto', '', null, undefined])('A connection with the security %j', (security) => {
  let server: ScriptedServer;
  let settings: SmtpSettings;
  beforeAll(async () => {
    const { good, ca } = await makeCertificates();
    server = await startServer({ tls: good });
    settings = buildSettings(
      { host: 'localhost', port: server.port, ca, username: 'u@acme.io', password: 'never-in-clear' },
      { security: security as never },
    );
  });
  afterAll(() => server.close());

  it('is never opened', async () => {
    expect(() => new SmtpSession(settings)).toThrow(refused);
    expect(() => new SmtpTransport(settings)).toThrow(refused);
    await expect(diagnoseSmtp(settings, buildMail())).rejects.toEqual(refused);
    await expect(fetchChain({ ...settings, security: settings.security as never })).rejects.toEqual(refused);
    expect(server.sessions).toEqual([]);
    expect(server.clearText).toBe('');
  });
});
