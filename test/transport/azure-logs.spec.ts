import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GraphTransport } from '../../lib/transport/graph/graph.transport.js';
import { MailboxLimit } from '../../lib/transport/graph/mailbox-limit.js';
import { buildMail } from '../support/mails.js';
import { CLIENT_SECRET, type FakeMicrosoft, USER, startMicrosoft } from '../support/microsoft/index.js';
import { buildGraphSettings } from '../support/microsoft/graph-settings.js';

const write = process.stderr.write.bind(process.stderr);
let microsoft: FakeMicrosoft;
let written = '';

beforeAll(async () => {
  // Azure's modules read this when they are loaded, which is at the first message.
  process.env.AZURE_LOG_LEVEL = 'verbose';
  process.stderr.write = (chunk: string | Uint8Array) => {
    written += chunk.toString();
    return true;
  };
  microsoft = await startMicrosoft();
});
afterAll(async () => {
  process.stderr.write = write;
  await microsoft.close();
});

it('writes no client secret and no token to Azure’s most verbose log', async () => {
  const mail = buildMail({ from: USER });
  await new GraphTransport(buildGraphSettings(microsoft), new MailboxLimit()).send(mail);
  const wrong = new GraphTransport(buildGraphSettings(microsoft, { clientSecret: 'a wrong client secret' }), new MailboxLimit());
  await expect(wrong.send(mail)).rejects.toMatchObject({ code: 'AUTH' });
  expect(written).toContain('acquireTokenByClientCredential');
  for (const secret of [CLIENT_SECRET, 'a wrong client secret', microsoft.entra.issued[0]!.token]) {
    expect(written).not.toContain(secret);
    expect(written).not.toContain(encodeURIComponent(secret));
  }
});
