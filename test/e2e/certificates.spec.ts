import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Inbox, type PrivateCa, createPrivateCa, startInbox } from '../../lib/testing/index.js';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { makeSelfSigned } from '../support/certificates.js';
import { startExampleApp } from '../support/example-app.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { editPath, fill, openForm, saveNew } from './pages/config-form.js';
import { openList } from './pages/config-list.js';
import { dialog, dialogCloses, fitsWidth, invalid, press } from './pages/page.js';
import { failsAt, runTest, testPasses } from './pages/test-dialog.js';

const DAY_MS = 86_400_000;
const LOGIN = { username: 'user@acme.io', password: 'Tr0ub4dor&3' };
const comparison = (state: string): string => `[data-testid=comparison][data-state=${state}]`;

let app: Awaited<ReturnType<typeof startExampleApp>>;
let authority: PrivateCa;
let server: Inbox;
const pages = useSignedInPages(() => app.url);

beforeAll(async () => {
  app = await startExampleApp();
  authority = await createPrivateCa('Acme Root CA');
  const leaf = await authority.issue({ notAfter: new Date(Date.now() + 12.5 * DAY_MS) });
  server = await startInbox({ auth: LOGIN, certificate: { ...leaf, cert: `${leaf.cert}\n${authority.certificate}` } });
});
afterAll(async () => {
  await app.stop();
  await server.close();
});
afterEach(() => pages.close());

/** Fills in the server, as an admin would. */
const fillServer = (page: Page, name: string, port: number) => fill(page, { name, host: 'localhost', port, ...LOGIN });
const paste = async (page: Page, text: string): Promise<void> => page.fill('#caCertificate', text);
const findCards = (page: Page) => page.locator('[data-testid=certificate]');
const fingerprint = new RegExp(/^([\dA-F]{2}:){31}[\dA-F]{2}$/);

describe('Certificates in a browser', () => {
  it('describes pasted certificates and their problems, and removes them one at a time', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillServer(page, 'pasted', server.port);
    await page.click('#ca');
    await paste(page, authority.certificate);
    const root = findCards(page);
    await root.filter({ hasText: 'Acme Root CA' }).waitFor();
    const words = (await root.textContent())!;
    for (const fact of ['CA certificate', 'Issued by', 'itself', 'SHA-256']) expect(words).toContain(fact);
    expect(await page.getAttribute('[data-testid=fingerprint]', 'data-value')).toBe(
      new X509Certificate(authority.certificate).fingerprint256,
    );
    expect(await findAccessibilityProblems(page)).toEqual([]);

    const ended = await authority.issue({
      names: ['mail.other.example'],
      notBefore: new Date('2024-01-01'),
      notAfter: new Date('2024-03-12'),
    });
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    await paste(page, [authority.certificate, ended.cert, broken, authority.certificate].join('\n'));
    await page.waitForSelector('[data-testid=certificate][data-problems="expired wrong_host"]');
    for (const problem of ['broken', 'duplicate']) await page.waitForSelector(`[data-testid=certificate][data-problems=${problem}]`);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    for (const left of [3, 2, 1]) {
      await findCards(page).nth(left).getByRole('button', { name: 'Remove' }).click();
      await page.waitForSelector('#caCertificate:focus');
      await findCards(page).nth(left).waitFor({ state: 'detached' });
      await findCards(page)
        .nth(left - 1)
        .waitFor();
    }
    expect((await page.inputValue('#caCertificate')).trim()).toBe(new X509Certificate(authority.certificate).toString().trim());
    expect(await page.getAttribute('#caCertificate', 'aria-invalid')).toBeNull();
  });

  it('rejects a private key and a truncated certificate immediately, and sends no key', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.click('#ca');
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    const leaf = await authority.issue();
    await paste(page, leaf.key + leaf.cert);
    await page.getByText('This contains a private key').waitFor();
    expect(await page.getAttribute('#caCertificate', 'aria-invalid')).toBe('true');
    await paste(page, authority.certificate.slice(0, 200));
    await page.getByText('is incomplete').waitFor();
    await paste(page, authority.certificate);
    await findCards(page).waitFor();
    expect(sent.join()).not.toContain('PRIVATE KEY');
    expect(sent.join()).toContain('BEGIN CERTIFICATE');
  });

  it('accepts a dropped file', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.click('#ca');
    const transfer = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(authority.certificate)}], 'ca.pem')); return data; })()`,
    );
    await page.dispatchEvent('#caCertificate', 'drop', { dataTransfer: transfer });
    await findCards(page).filter({ hasText: 'Acme Root CA' }).waitFor();
    expect(await page.inputValue('#caCertificate')).toBe(authority.certificate);
  });

  it('A1.41 B.10 fetches the chain, compares the fingerprint and trusts it, after which the test passes and the list shows the expiry', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillServer(page, 'fetched', server.port);
    await runTest(page, 'walk@example.com');
    await failsAt(page, 'tls');
    await press(page, 'Add private CA');
    await page.waitForSelector('#caCertificate:focus');
    await press(page, 'Fetch from server…');
    await page.waitForSelector('[data-testid=chain][data-state=known]');
    const shown = (await page.getAttribute(`${dialog} [data-testid=fingerprint]`, 'data-value'))!;
    expect(shown).toMatch(fingerprint);
    expect(shown).toBe(new X509Certificate(authority.certificate).fingerprint256);
    const words = (await page.textContent(dialog))!;
    for (const fact of [`localhost:${server.port}`, 'over an unverified connection', 'Acme Root CA']) expect(words).toContain(fact);
    const trust = page.locator('#trustCertificate');
    expect(await trust.getAttribute('aria-disabled')).toBe('true');
    expect(await findAccessibilityProblems(page)).toEqual([]);

    await page.fill('#expectedFingerprint', shown.replace(/^../, shown.startsWith('00') ? '11' : '00'));
    await page.waitForSelector(comparison('differs'));
    await page.press('#expectedFingerprint', 'Enter');
    // The button is disabled, but can be focused and pressed.
    await trust.click({ force: true });
    await page.waitForSelector(dialog);
    expect(await page.isDisabled('#fingerprintCompared')).toBe(true);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.fill('#expectedFingerprint', shown.slice(0, 59));
    await page.getByText('SHA-1 or MD5').waitFor();
    expect(await trust.getAttribute('aria-disabled')).toBe('true');

    await page.fill('#expectedFingerprint', shown.replaceAll(':', ' ').toLowerCase());
    await page.waitForSelector(comparison('match'));
    // Wait until the button has faded in.
    await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await trust.click();
    await dialogCloses(page);
    await findCards(page).filter({ hasText: 'Acme Root CA' }).waitFor();
    expect(JSON.stringify(await pages.call(page, 'actions/list'))).not.toContain('fetched');

    await press(page, 'Fetch from server…');
    await page.waitForSelector('[data-testid=chain-trusted]');
    expect(await trust.count()).toBe(0);
    await page.locator(dialog).getByRole('button', { name: 'Close' }).last().click();

    await saveNew(page);
    await runTest(page, 'walk@example.com');
    await testPasses(page);
    await page
      .getByTestId('seen-tls')
      .filter({ hasText: /TLS 1\.3, certificate expires .+ \d{4}/ })
      .waitFor();
    expect(server.mails).toHaveLength(1);

    await openList(page);
    await page.locator('[data-name=fetched] [data-testid=certificate-end]', { hasText: 'certificate expires in 12 days' }).waitFor();
    expect(await page.locator('[data-name=inbox] [data-testid=certificate-end]').count()).toBe(0);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('asks for the password again when another certificate is trusted', async () => {
    const page = await pages.open();
    const data = {
      name: 'moved',
      host: 'localhost',
      port: server.port,
      caCertificate: authority.certificate,
      fromAddress: 'a@acme.io',
      ...LOGIN,
    };
    await openForm(page, editPath(await pages.create(page, data)));
    await page.click('#ca');
    await findCards(page).getByRole('button', { name: 'Remove' }).click();
    await page.locator('#password-error', { hasText: 'Enter the password again' }).waitFor();
    await press(page, 'Fetch from server…');
    await page.waitForSelector('[data-testid=chain][data-state=known]');
    await page.check('#fingerprintCompared');
    // Enter on the checkbox does not save the form behind the dialog.
    await page.press('#fingerprintCompared', 'Enter');
    await page.click('#trustCertificate');
    // This certificate is the saved one, so the password is kept.
    await page.locator('#password-error').waitFor({ state: 'detached' });
    expect(await page.getAttribute('#password', 'aria-invalid')).toBeNull();
  });

  it('reports a server that sends no authority, is not encrypted or does not exist', async () => {
    const leafOnly = await (await authority.intermediate('Acme Issuing CA')).issue();
    const bare = await startInbox({ certificate: { ...leafOnly, cert: leafOnly.cert.split(/(?<=-----END CERTIFICATE-----)/)[0]! } });
    const own = await makeSelfSigned();
    const self = await startInbox({ certificate: { ...own, ca: own.cert } });
    const plain = await startInbox({ security: 'none' });
    try {
      const page = await pages.open(undefined, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
      await openForm(page);
      await page.click('#ca');
      await press(page, 'Fetch from server…');
      await page.waitForSelector(invalid('host'));
      await fillServer(page, 'odd', bare.port);
      await press(page, 'Fetch from server…');
      await page.locator('[data-testid=chain-incomplete]', { hasText: 'Ask the server’s administrator' }).waitFor();
      expect(await findAccessibilityProblems(page)).toEqual([]);
      // The certificate of the CA from elsewhere, or this certificate itself.
      await press(page, 'Paste the CA certificate');
      await dialogCloses(page);
      await page.waitForSelector('#caCertificate:focus');
      await press(page, 'Fetch from server…');
      await page.check('#fingerprintCompared');
      await page.click('#trustCertificate');
      await findCards(page).filter({ hasText: 'Server certificate' }).waitFor();
      await runTest(page, 'walk@example.com');
      await page.waitForSelector('[data-step=tls][data-ok=true]');
      await page.keyboard.press('Escape');
      await paste(page, '');
      await page.fill('#port', String(self.port));
      await press(page, 'Fetch from server…');
      await page.getByText('certificate is self-signed').waitFor();
      await page.check('#fingerprintCompared');
      await page.click('#trustCertificate');
      await findCards(page).filter({ hasText: 'Server certificate' }).waitFor();
      await runTest(page, 'walk@example.com');
      await page.waitForSelector('[data-step=tls][data-ok=true]');
      await page.keyboard.press('Escape');
      await page.fill('#port', String(plain.port));
      await press(page, 'Fetch from server…');
      await page.locator(`${dialog} [role=alert]`, { hasText: 'does not offer STARTTLS' }).waitFor();
      expect(await findAccessibilityProblems(page)).toEqual([]);
      await fitsWidth(page);
    } finally {
      await Promise.all([bare.close(), self.close(), plain.close()]);
    }
  });
});
