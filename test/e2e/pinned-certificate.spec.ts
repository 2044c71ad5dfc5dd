import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Inbox, createPrivateCa, startInbox } from '../../lib/testing/index.js';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { makeSelfSigned } from '../support/certificates.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { chooseKind, editPath, fill, openAdvanced, openForm, saveFailsAt, saveNew } from './pages/config-form.js';
import { dialog, dialogCloses, fitsWidth, hasFocus, press } from './pages/page.js';
import { failsAt, runTest, testPasses } from './pages/test-dialog.js';

const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256;

let host: Awaited<ReturnType<typeof startScreensHost>>;
let strange: { key: string; cert: string };
let server: Inbox;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startScreensHost();
  strange = await makeSelfSigned({ names: ['mail.other.example'] });
  server = await startInbox({ auth: LOGIN, certificate: { ...strange, ca: strange.cert } });
}, 120_000);
afterAll(async () => {
  await host.stop();
  await server.close();
});
afterEach(() => pages.close());

const settings = () => ({ host: 'localhost', port: server.port, ...LOGIN, fromName: 'Acme', fromAddress: 'no-reply@acme.io' });

describe('A pinned certificate in a browser', () => {
  it('is fetched from the server, compared and pinned, after which the test passes', async () => {
    const page = await pages.open();
    await openForm(page);
    await fill(page, { name: 'pinned', ...settings() });
    await runTest(page);
    await failsAt(page, 'tls');
    await page.keyboard.press('Escape');
    await dialogCloses(page);
    await openAdvanced(page);
    await press(page, 'Fetch from server…');
    await page.waitForSelector('[data-testid=chain][data-state=known]');
    expect(await page.getAttribute(`${dialog} [data-testid=fingerprint]`, 'data-value')).toBe(fingerprintOf(strange.cert));
    const words = (await page.textContent(dialog))!;
    for (const fact of ['over an unverified connection', 'mail.other.example', 'no other certificate']) expect(words).toContain(fact);
    expect(words).not.toContain('not valid for');
    const pin = page.getByRole('button', { name: 'Pin this certificate' });
    expect(await pin.getAttribute('aria-disabled')).toBe('true');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.fill('#expectedFingerprint', fingerprintOf(strange.cert));
    await pin.click();
    await dialogCloses(page);
    expect(await page.inputValue('#pinnedCertificate')).toContain('BEGIN CERTIFICATE');
    await page.locator('[data-testid=certificate][data-problems=""]', { hasText: 'mail.other.example' }).waitFor();
    await saveNew(page);
    await runTest(page);
    await testPasses(page);
    expect(server.mails).toHaveLength(1);
  });

  it('leads to its field when the server presents another certificate, with the new fingerprint', async () => {
    const page = await pages.open();
    const other = await makeSelfSigned();
    const id = await pages.create(page, { name: 'changed', ...settings(), pinnedCertificate: other.cert });
    await openForm(page, editPath(id));
    await runTest(page);
    await failsAt(page, 'tls');
    expect(await page.textContent(dialog)).toContain(fingerprintOf(strange.cert));
    await press(page, 'Go to “Pinned certificate”');
    await hasFocus(page, 'pinnedCertificate');
    await fill(page, { pinnedCertificate: strange.cert });
    // The password is bound to the certificate.
    await page.locator('#password-error').waitFor();
    await fill(page, LOGIN);
    await runTest(page);
    await testPasses(page);
  });

  it('is refused beside its field if it is no server’s own certificate, on a narrow screen, too', async () => {
    const page = await pages.open(undefined, { viewport: { width: 390, height: 800 } });
    const authority = await createPrivateCa('Acme Root CA');
    await openForm(page);
    await openAdvanced(page);
    await fill(page, { name: 'wrong', ...settings(), pinnedCertificate: `${strange.cert}${strange.key}` });
    await page.getByText('This contains a private key').waitFor();
    await fill(page, { pinnedCertificate: strange.cert + authority.certificate });
    await saveFailsAt(page, 'pinnedCertificate');
    expect(await page.textContent('#pinnedCertificate-error')).toContain('one certificate only');
    await fill(page, { pinnedCertificate: authority.certificate });
    await page.click('#save');
    await page.getByText('Enter it as the private CA').first().waitFor();
    await fitsWidth(page);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await chooseKind(page, 'Microsoft 365 (MS Graph)');
    expect(await page.locator('#pinnedCertificate').count()).toBe(0);
  });

  it('is shown on the page of the configuration', async () => {
    const page = await pages.open();
    const id = await pages.create(page, { name: 'shown', ...settings(), pinnedCertificate: strange.cert });
    await page.goto(editPath(id).replace('edit', 'show'));
    const section = page.getByTestId('certificates');
    await section.getByRole('heading', { name: 'Pinned certificate' }).waitFor();
    expect(await section.locator('[data-testid=fingerprint]').getAttribute('data-value')).toBe(fingerprintOf(strange.cert));
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });
});
