import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type ServerCertificate, createPrivateCa } from '../../lib/testing/index.js';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';
import { editPath, fill, openAdvanced, openForm, saveFailsAt, saveNew } from './pages/config-form.js';
import { dialog, fitsWidth, hasFocus, press } from './pages/page.js';
import { failsAt, runTest, testPasses } from './pages/test-dialog.js';

let host: Awaited<ReturnType<typeof startScreensHost>>;
let client: ServerCertificate;
let other: ServerCertificate;
let tls: ServerCertificate;
let server: ScriptedServer;
const pages = useSignedInPages(() => host.url);
const serve = useServer();

beforeAll(async () => {
  host = await startScreensHost();
  const clients = await createPrivateCa('Client CA');
  [client, other, tls] = await Promise.all([clients.issue({ names: ['app.acme.io'] }), clients.issue(), (await createPrivateCa()).issue()]);
}, 120_000);
afterAll(() => host.stop());
afterEach(() => pages.close());

const start = async (): Promise<object> => {
  server = await serve({ tls: { key: tls.key, cert: tls.cert, ca: client.ca }, wantsClientCertificate: true });
  return { host: 'localhost', port: server.port, ...LOGIN, fromName: 'Acme', fromAddress: 'no-reply@acme.io', pinnedCertificate: tls.cert };
};
const typed = (page: Page): Promise<string> => page.inputValue('#clientKey');

describe('A client certificate in a browser', () => {
  it('is entered with its key where a failed test leads, after which the test passes', async () => {
    const page = await pages.open();
    const settings = await start();
    await openForm(page);
    await openAdvanced(page);
    await fill(page, { name: 'mutual', ...settings });
    expect(await page.locator('#clientKey').count()).toBe(0);
    await runTest(page);
    await failsAt(page, 'tls');
    expect(await page.textContent(dialog)).toContain('requires a client certificate');
    await press(page, 'Go to “Client certificate”');
    await hasFocus(page, 'clientCertificate');

    await fill(page, { clientCertificate: client.cert });
    await page.locator('[data-testid=certificate]', { hasText: 'app.acme.io' }).waitFor();
    await saveFailsAt(page, 'clientKey');
    await fill(page, { clientKey: client.key });
    // The lines of the key are kept.
    expect(await typed(page)).toBe(client.key);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await saveNew(page);
    await openAdvanced(page);
    expect(await typed(page)).toBe('');
    await runTest(page);
    await testPasses(page);
    expect(server.bodies).toHaveLength(1);
  });

  it('needs a key that belongs to it, on a narrow screen, too', async () => {
    const page = await pages.open(undefined, { viewport: { width: 390, height: 800 } });
    await openForm(page);
    await openAdvanced(page);
    const settings = await start();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await fill(page, { name: 'mismatch', ...settings, clientCertificate: client.cert + client.key });
    await page.getByText('This contains the private key, too').waitFor();
    expect(sent.join()).not.toContain('PRIVATE KEY');
    await fill(page, { clientCertificate: client.cert, clientKey: other.key });
    await saveFailsAt(page, 'clientKey');
    expect(await page.textContent('#clientKey-error')).toContain('belongs to another certificate');
    await fitsWidth(page);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('unlocks the login, because it can take its place', async () => {
    const page = await pages.open();
    await openForm(page);
    expect(await page.isDisabled('#authRequired')).toBe(true);
    await openAdvanced(page);
    await fill(page, { clientCertificate: client.cert });
    expect(await page.isDisabled('#authRequired')).toBe(false);
  });

  it('is shown on the page of the configuration, and its key is not', async () => {
    const page = await pages.open();
    const fields = { ...(await start()), name: 'shown', clientCertificate: client.cert, clientKey: client.key };
    const id = await pages.create(page, fields);
    await page.goto(editPath(id).replace('edit', 'show'));
    const section = page.getByTestId('certificates');
    await section.getByRole('heading', { name: 'Client certificate' }).waitFor();
    expect(await page.locator('[data-fact=clientKey]').textContent()).toContain('stored, never shown');
    expect(await page.content()).not.toContain(client.key.split('\n')[1]);
    expect(await section.textContent()).not.toContain('Server certificateValid forapp.acme.io');
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });
});
