import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { MailMessage, SmtpConfigInput } from '../../lib/index.js';
import { findAccessibilityProblems, waitUntilSettled } from '../support/accessibility.js';
import { launchBrowser, signIn } from '../support/browser.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { encryption, type SmtpApp, startSmtpApp } from '../support/smtp-app.js';

/** A folder for a picture of every state. */
const PICTURES = process.env.PICTURES;
const HOUR = 3_600_000;
const CONFIGS = '/SmtpConfig';
const ACTIVITIES = '/SmtpActivity';
const LOG = '/SmtpMessage';
const OVERVIEW = '/SmtpOverview';
const HISTORY = '/SmtpAudit';
const dialog = 'dialog[open]';
const activities = [
  { key: 'invoice', label: 'Invoices and reminders to pay them' },
  { key: 'password_reset', sensitive: true },
];
/** The hosts' clouds. Nothing is sent through them. */
const graph = { clouds: { fake: { label: 'Fake', authority: 'localhost', graph: 'localhost', exchange: 'localhost', uploads: [] } } };
/** Long enough to wrap or to be cut. */
const LONG = 'Your order 2026-118-4402 of Donaudampfschifffahrtsgesellschaftskapitänsmützen is on its way to you';

type Host = Awaited<ReturnType<typeof startScreensHost>>;

let host: Host;
/** A host in single mode. */
let single: Host;
/** Applications on the hosts' databases, which send nothing. */
let app: SmtpApp;
let singleApp: SmtpApp;
/** Ids of the seeded data, by name or status. */
const ids: Record<string, string> = {};
let browser: Awaited<ReturnType<typeof launchBrowser>>;
let page: Page;

const startOnSame = ({ database }: Host, isSingle = false): Promise<SmtpApp> =>
  startSmtpApp({ type: 'better-sqlite3', database }, { encryption, single: isSingle, activities, graph, delivery: { run: false } });

beforeAll(async () => {
  [host, single] = await Promise.all([startScreensHost({ activities }), startScreensHost({ isSingle: true, activities })]);
  [app, singleApp] = await Promise.all([startOnSame(host), startOnSame(single, true)]);
  browser = await launchBrowser();
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await Promise.all([app.close(), singleApp.close()]);
  await Promise.all([host.stop(), single.stop()]);
});

const server = ({ smtpPort }: Host) => ({ host: 'localhost', port: smtpPort, ...LOGIN, fromAddress: 'no-reply@acme.io', fromName: 'Acme' });
const configure = async (name: string, fields: SmtpConfigInput = {}): Promise<void> => {
  ids[name] = (await app.configs.create({ name, ...server(host), ...fields })).id;
};
const queue = async (name: string, fields: Partial<MailMessage>, values: Record<string, unknown> = {}): Promise<void> => {
  const sendAt = new Date(Date.now() + 24 * HOUR);
  const queued = await app.mail.send({ to: 'a@example.org', subject: LONG, text: 'Hi', sendAt, ...fields });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  ids[name] = queued.id;
  await app.dataSource
    .createQueryBuilder()
    .update('smtp_message')
    .set({ status: name, ...values })
    .where({ id: queued.id })
    .execute();
};
const attempt = (name: string, outcome: string, code: string | null, reply: string | null) =>
  app.dataSource.query(
    'INSERT INTO smtp_message_attempt (id, message_id, at, config_name, outcome, code, reply, ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [`of ${name}`, ids[name], Date.now(), 'transactional', outcome, code, reply, 41],
  );

const seed = async (): Promise<void> => {
  await configure('transactional', {
    isDefault: true,
    replyTo: 'help@acme.io',
    signature: 'Acme',
    cc: ['audit@acme.io'],
    copyActivities: ['invoice'],
  });
  await configure('wrong_login', { password: 'wrong', description: 'For what nobody reads' });
  await configure('legacy_relay_of_the_old_office_in_the_cellar', {
    host: '10.0.0.7',
    port: 25,
    security: 'none',
    authRequired: false,
    username: null,
    password: null,
  });
  await configure('office', { host: 'smtp.office365.com', port: 587 });
  await configure('switched_off', { enabled: false });
  await configure('failing');
  await configure('graph', {
    type: 'ms_graph',
    authMethod: 'oauth2',
    host: null,
    port: null,
    username: 'news@acme.io',
    password: null,
    tenantId: 'acme.onmicrosoft.com',
    clientId: '5f6c8f2e-5a3e-4a2f-9c53-2f2c6f6d3a11',
    clientSecret: 'a secret of this test',
    graphCloud: 'fake',
  });
  await app.dataSource.query(
    'INSERT INTO smtp_config_status (config_id, last_test_status, last_test_at, last_test_error, last_test_version) VALUES (?, ?, ?, ?, 1)',
    [ids.wrong_login, 'failed', Date.now() - HOUR, 'The server refused the user name or password.'],
  );
  await app.dataSource.query(
    'INSERT INTO smtp_config_status (config_id, failing_since, failing_version, failing_code, failing_reason, failing_error, next_probe_at) VALUES (?, ?, 1, ?, ?, ?, ?)',
    [ids.failing, Date.now() - HOUR, 'AUTH', 'auth_refused', 'The server refused the user name or password.', Date.now() + 24 * HOUR],
  );
  await queue('queued', {
    activity: 'invoice',
    cc: 'boss@example.org',
    headers: { 'X-Order': '118', 'List-Unsubscribe': `<https://acme.io/${'x'.repeat(200)}>` },
    attachments: [{ filename: `${LONG}.pdf`, content: 'x', contentType: 'application/pdf' }, { content: 'y' }],
  });
  await queue('sending', {}, { leaseExpiresAt: new Date(Date.now() + 24 * HOUR), leaseToken: 'ours' });
  await queue('held', { config: 'never_made', sendAt: undefined });
  await queue('unknown', {}, { lastCode: 'UNKNOWN', lastError: 'The connection broke after the content was sent.' });
  await queue('failed', { html: '<p>Hi</p>' }, { lastCode: 'RECIPIENT', lastError: 'No such mailbox. Check the address.' });
  await attempt('failed', 'refused', 'RECIPIENT', '550 5.1.1 no such user');
  await queue('expired', {}, { expiresAt: new Date(Date.now() - HOUR) });
  await queue('sent', { activity: 'password_reset' }, { sentBy: 'transactional', sentAt: new Date() });
  await attempt('sent', 'accepted', null, '250 2.0.0 Ok: queued as 4F3A');
  await queue('partially_sent', { to: ['anna@example.org', 'nobody@example.org'] }, { sentBy: 'transactional', sentAt: new Date() });
  await queue('cancelled', {});
  await singleApp.configs.create(server(single));
  await queue('failingMail', { config: 'failing' }, { status: 'queued', availableAt: new Date() });
  // These join the events of a message.
  await app.log.preview(ids.failed!, { admin: { email: 'admin@example.com', role: 'ADMINISTRATION_MANAGER' } });
  await app.log.resend(ids.failed!, { to: 'somebody.else@example.org' }, { person: 'support desk' });
};

/** A state of a page. */
interface State {
  name: string;
  /** The path below the resources. */
  path: () => string;
  /** A selector that appears once the state is reached. */
  seen: string;
  /** Runs before the page is opened. */
  before?: (page: Page) => Promise<unknown>;
  /** Leads from the opened page to the state, in which `seen` appears. */
  next?: (page: Page) => Promise<unknown>;
  after?: () => Promise<unknown>;
  isViewer?: boolean;
  isSingle?: boolean;
}

const api = (resource: string) => `**/admin/api/resources${resource}/**`;
const hold = (resource: string) => (tab: Page) => tab.route(api(resource), () => undefined);
const abort = (resource: string) => (tab: Page) => tab.route(api(resource), (route) => route.abort());
const break500 = (resource: string) => (tab: Page) => tab.route(api(resource), (route) => route.fulfill({ status: 500, body: 'broken' }));
const click =
  (...selectors: string[]) =>
  async (tab: Page): Promise<void> => {
    for (const selector of selectors) await tab.click(selector);
  };
const record = (resource: string, name: string, action: string) => () => `${resource}/records/${ids[name]}/${action}`;
const at = (path: string) => () => path;
const FAILED = '[data-testid=failed]';

const BLANK: State[] = [
  { name: 'the overview', path: at(OVERVIEW), seen: '[data-testid=empty]' },
  { name: 'the overview of a viewer', path: at(OVERVIEW), seen: '[data-testid=empty]', isViewer: true },
  { name: 'the list', path: at(CONFIGS), seen: '[data-testid=empty]' },
  { name: 'the list of a viewer', path: at(CONFIGS), seen: '[data-testid=empty]', isViewer: true },
  { name: 'the mail log', path: at(LOG), seen: '[data-testid=empty]' },
  { name: 'the change history', path: at(HISTORY), seen: '[data-testid=empty]' },
  { name: 'the one page', path: at(CONFIGS), seen: '#save', isSingle: true },
  { name: 'the one page of a viewer', path: at(CONFIGS), seen: '[data-testid=empty]', isSingle: true, isViewer: true },
];

const MESSAGES = ['queued', 'sending', 'held', 'unknown', 'failed', 'expired', 'sent', 'partially_sent', 'cancelled', 'failingMail'];

const STATES: State[] = [
  { name: 'the overview', path: at(OVERVIEW), seen: '[data-attention]' },
  { name: 'the overview with its table', path: at(OVERVIEW), seen: '[data-row]', next: click('button[aria-expanded=false]') },
  { name: 'the overview while it loads', path: at(OVERVIEW), seen: '[data-smtp-screen][aria-busy=true]', before: hold(OVERVIEW) },
  { name: 'the overview that failed to load', path: at(OVERVIEW), seen: FAILED, before: abort(OVERVIEW) },
  { name: 'the overview of a viewer', path: at(OVERVIEW), seen: '[data-attention]', isViewer: true },

  { name: 'the list', path: at(CONFIGS), seen: '[data-name]' },
  { name: 'the list while it loads', path: at(CONFIGS), seen: 'tbody [aria-hidden=true]', before: hold(CONFIGS) },
  { name: 'the list that failed to load', path: at(CONFIGS), seen: FAILED, before: break500(CONFIGS) },
  { name: 'the list without matches', path: at(`${CONFIGS}?filters.search=nobody`), seen: '[data-smtp-screen] td button' },
  { name: 'the list of a viewer', path: at(CONFIGS), seen: '[data-name]', isViewer: true },
  { name: 'the menu of a row', path: at(CONFIGS), seen: '[role=menu]', next: click('[data-name=transactional] [aria-haspopup=menu]') },
  { name: 'the test dialog', path: record(CONFIGS, 'transactional', 'test'), seen: dialog },
  {
    name: 'a failed test',
    path: record(CONFIGS, 'wrong_login', 'test'),
    seen: '[data-step=auth][data-ok=false]',
    next: async (tab) => {
      await tab.getByRole('button', { name: 'Send test email' }).click();
      await tab.waitForSelector('[data-step=auth][data-ok=false]');
      for (const fold of await tab.locator(`${dialog} summary`).all()) await fold.click();
    },
  },
  { name: 'a duplicate', path: record(CONFIGS, 'transactional', 'duplicate'), seen: dialog },
  {
    name: 'a duplicate without its password',
    path: record(CONFIGS, 'transactional', 'duplicate'),
    seen: `${dialog} [aria-invalid=true]`,
    next: click(`${dialog} [type=submit]`),
  },
  { name: 'a new default', path: record(CONFIGS, 'wrong_login', 'setDefault'), seen: dialog },
  { name: 'a deletion', path: record(CONFIGS, 'wrong_login', 'delete'), seen: dialog },
  {
    name: 'a failed deletion',
    path: record(CONFIGS, 'wrong_login', 'delete'),
    seen: `${dialog} [role=alert]`,
    next: async (tab) => {
      await abort(CONFIGS)(tab);
      await tab.locator(`${dialog} footer button`).last().click();
    },
  },
  {
    name: 'the choice of a default',
    path: at(CONFIGS),
    seen: dialog,
    before: async () => {
      const { version } = (await app.configs.findOne(ids.transactional!))!;
      await app.configs.update(ids.transactional!, { isDefault: false, version });
    },
    next: click('[data-testid=no-default] button'),
    after: () => app.configs.setDefault(ids.transactional!),
  },

  { name: 'the form of a new configuration', path: at(`${CONFIGS}/actions/new`), seen: '#name' },
  { name: 'the form with all errors', path: at(`${CONFIGS}/actions/new`), seen: '#name[aria-invalid=true]', next: click('#save') },
  {
    name: 'the form of Microsoft Graph with all errors',
    path: at(`${CONFIGS}/actions/new`),
    seen: '#tenantId[aria-invalid=true]',
    next: click('label[for=type-ms_graph]', '#save'),
  },
  {
    name: 'the form of OAuth2 with all errors',
    path: at(`${CONFIGS}/actions/new`),
    seen: '#tenantId[aria-invalid=true]',
    next: click('label[for=authMethod-oauth2]', '#save'),
  },
  { name: 'the form of a saved configuration', path: record(CONFIGS, 'transactional', 'edit'), seen: '#name' },
  {
    name: 'the form with its folds open',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: '#maxConnections',
    next: click('#ca', '#advanced'),
  },
  {
    name: 'the form with errors under Advanced',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: '#timeoutScale[aria-invalid=true]',
    next: async (tab) => {
      await tab.click('#advanced');
      await tab.fill('#timeoutScale', '99');
      await tab.click('#save');
    },
  },
  { name: 'the form with a warning', path: record(CONFIGS, 'office', 'edit'), seen: '[data-testid=login-warning]' },
  { name: 'the form without encryption', path: record(CONFIGS, 'legacy_relay_of_the_old_office_in_the_cellar', 'edit'), seen: '#name' },
  { name: 'the form of a failing configuration', path: record(CONFIGS, 'failing', 'edit'), seen: '[data-testid=status-panel]' },
  { name: 'the form of Microsoft Graph', path: record(CONFIGS, 'graph', 'edit'), seen: '#tenantId' },
  {
    name: 'the summary',
    path: record(CONFIGS, 'transactional', 'show'),
    seen: '[data-testid=failures] p, [data-testid=failures] [data-id]',
  },
  { name: 'the summary of a failing configuration', path: record(CONFIGS, 'failing', 'show'), seen: '[data-testid=status] a' },
  { name: 'the summary of Microsoft Graph', path: record(CONFIGS, 'graph', 'show'), seen: '[data-fact=tenantId]' },
  { name: 'the summary of a disabled configuration', path: record(CONFIGS, 'switched_off', 'show'), seen: '[data-testid=status] a' },
  { name: 'the summary with a warning', path: record(CONFIGS, 'office', 'show'), seen: '[data-testid=login-warning]' },
  { name: 'the summary without mail that loads', path: record(CONFIGS, 'transactional', 'show'), seen: FAILED, before: abort(LOG) },
  { name: 'the summary of a viewer', path: record(CONFIGS, 'transactional', 'show'), seen: '[data-fact=password]', isViewer: true },
  {
    name: 'the form that failed to save',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: '[data-testid=summary]',
    next: async (tab) => {
      await tab.fill('#fromName', 'Another');
      await abort(CONFIGS)(tab);
      await tab.click('#save');
    },
  },
  {
    name: 'the form that another admin changed',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: '[data-testid=stale]',
    next: async (tab) => {
      const { version, description } = (await app.configs.findOne(ids.transactional!))!;
      await app.configs.update(ids.transactional!, { description: description === 'one' ? 'two' : 'one', version });
      await tab.fill('#fromName', 'Another');
      await tab.click('#save');
    },
  },
  {
    name: 'the question before leaving',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: dialog,
    next: async (tab) => {
      await tab.fill('#fromName', 'Another');
      await tab.getByRole('button', { name: 'Cancel', exact: true }).click();
    },
  },
  { name: 'the dialog of a secret', path: record(CONFIGS, 'transactional', 'edit'), seen: dialog, next: click('#password-choose') },
  {
    name: 'the secrets of a vault',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: `${dialog} [role=option], ${dialog} [type=radio]`,
    next: async (tab) => {
      await tab.click('#password-choose');
      await tab.selectOption('#inputType', { label: 'Azure Key Vault' });
    },
  },
  {
    name: 'the chain of a server',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: '[data-testid=chain][data-state=known]',
    next: click('#ca', '#fetchChain'),
  },

  { name: 'the activities', path: at(ACTIVITIES), seen: '[data-state]' },
  {
    name: 'no activities',
    path: at(ACTIVITIES),
    seen: 'td[colspan]',
    before: (tab) =>
      tab.route(api(ACTIVITIES), async (route) => route.fulfill({ json: { ...(await (await route.fetch()).json()), records: [] } })),
  },
  { name: 'the activities while they load', path: at(ACTIVITIES), seen: 'tbody [aria-hidden=true]', before: hold(ACTIVITIES) },
  { name: 'the activities that failed to load', path: at(ACTIVITIES), seen: FAILED, before: abort(ACTIVITIES) },
  { name: 'the activities of a viewer', path: at(ACTIVITIES), seen: '[data-state]', isViewer: true },
  { name: 'an activity', path: at(`${ACTIVITIES}/records/invoice/edit`), seen: '#configId:enabled' },
  {
    name: 'an activity without configurations',
    path: at(`${ACTIVITIES}/records/invoice/edit`),
    seen: '[role=alert]',
    before: abort(CONFIGS),
  },

  { name: 'the mail log', path: at(LOG), seen: '[data-id]' },
  { name: 'the mail log with filters', path: at(`${LOG}?filters.status=failed,sent&filters.period=range`), seen: '[data-filter]' },
  { name: 'the statuses to filter by', path: at(LOG), seen: '[name=status]', next: click('#filter-status') },
  {
    name: 'the mail log without matches',
    path: at(`${LOG}?filters.subject=nothing`),
    seen: '[data-smtp-screen] td button',
  },
  { name: 'the mail log with a selection', path: at(LOG), seen: '[data-testid=bulk]', next: click('thead [type=checkbox]') },
  {
    name: 'the dialog that moves selected messages',
    path: at(LOG),
    seen: dialog,
    next: async (tab) => {
      await tab.locator('thead [type=checkbox]').click();
      await tab.getByTestId('bulk').getByRole('button', { name: 'Move…' }).click();
    },
  },
  {
    name: 'the dialog that cancels selected messages',
    path: at(LOG),
    seen: dialog,
    next: async (tab) => {
      await tab.locator('thead [type=checkbox]').click();
      await tab.getByTestId('bulk').getByRole('button', { name: 'Cancel…' }).click();
    },
  },
  { name: 'the mail log while it loads', path: at(LOG), seen: 'tbody [aria-hidden=true]', before: hold(LOG) },
  { name: 'the mail log that failed to load', path: at(LOG), seen: FAILED, before: break500(LOG) },
  { name: 'the mail log of a viewer', path: at(LOG), seen: '[data-id]', isViewer: true },
  { name: 'a message with its change history', path: record(LOG, 'failed', 'show'), seen: '[data-entry]' },
  ...MESSAGES.map((status) => ({ name: `a message: ${status}`, path: record(LOG, status, 'show'), seen: '[data-testid=explanation]' })),
  { name: 'a message for a viewer', path: record(LOG, 'failed', 'show'), seen: '[data-testid=explanation]', isViewer: true },
  {
    name: 'the content of a message',
    path: record(LOG, 'failed', 'show'),
    seen: 'iframe',
    next: (tab) => tab.getByRole('button', { name: 'Show content' }).click(),
  },
  {
    name: 'the headers of a message',
    path: record(LOG, 'queued', 'show'),
    seen: '[data-testid=content-headers]',
    next: async (tab) => {
      await tab.getByRole('button', { name: 'Show content' }).click();
      await tab.getByRole('button', { name: 'Headers' }).click();
    },
  },
  {
    name: 'a message that could not be downloaded',
    path: record(LOG, 'failed', 'show'),
    seen: '[data-smtp-screen] [role=alert]',
    next: async (tab) => {
      await abort(LOG)(tab);
      await tab.getByRole('button', { name: 'Download .eml' }).click();
      await tab.getByText('Couldn’t reach the admin panel.').waitFor();
    },
  },
  { name: 'the resend dialog', path: record(LOG, 'failed', 'resend'), seen: dialog },
  { name: 'the retry dialog', path: record(LOG, 'unknown', 'retryNow'), seen: dialog },
  { name: 'the cancel dialog', path: record(LOG, 'queued', 'cancel'), seen: dialog },
  { name: 'the move dialog', path: record(LOG, 'queued', 'move'), seen: dialog },
  { name: 'a move that is too late', path: record(LOG, 'sent', 'move'), seen: dialog },
  { name: 'a cancellation that is too late', path: record(LOG, 'sent', 'cancel'), seen: dialog },

  {
    name: 'the form with its change history open',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: '[data-testid=history-panel] [data-field]',
    next: click('[data-testid=history-panel] [data-sentence]'),
  },
  {
    name: 'the form without its change history',
    path: record(CONFIGS, 'transactional', 'edit'),
    seen: '[data-testid=history-failed]',
    before: abort(HISTORY),
  },
  {
    name: 'a message without its change history',
    path: record(LOG, 'failed', 'show'),
    seen: '[data-testid=history-failed]',
    before: abort(HISTORY),
  },
  { name: 'the change history', path: at(HISTORY), seen: '[data-entry]' },
  {
    name: 'the change history with its details',
    path: at(HISTORY),
    seen: '[data-field]',
    next: async (tab) => {
      await tab.waitForSelector('[data-entry]');
      for (const entry of await tab.locator('[data-sentence]').all()) await entry.click();
    },
  },
  {
    name: 'the change history between dates, where nothing matches',
    path: at(`${HISTORY}?filters.period=range&filters.person=nobody`),
    seen: '[data-smtp-screen] td button',
  },
  { name: 'the change history while it loads', path: at(HISTORY), seen: 'tbody [aria-hidden=true]', before: hold(HISTORY) },
  { name: 'the change history that failed', path: at(HISTORY), seen: FAILED, before: break500(HISTORY) },
  { name: 'the change history of a viewer', path: at(HISTORY), seen: '[data-entry]', isViewer: true },

  { name: 'the one page', path: at(CONFIGS), seen: '#name, #save', isSingle: true },
  { name: 'the one page while it loads', path: at(CONFIGS), seen: '[data-testid=loading]', before: hold(CONFIGS), isSingle: true },
  { name: 'the one page that failed to load', path: at(CONFIGS), seen: FAILED, before: abort(CONFIGS), isSingle: true },
  { name: 'the one page of a viewer', path: at(CONFIGS), seen: '[data-fact=groupServer]', isSingle: true, isViewer: true },
];

const WIDTHS = [
  { width: 1280, height: 900 },
  { width: 360, height: 740 },
];
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

/** Lists each state in each theme, grouped by user. */
const listCases = (states: State[]): [string, Theme, State][] =>
  [false, true].flatMap((isSingle) =>
    THEMES.flatMap((theme) =>
      [false, true].flatMap((isViewer) =>
        states
          .filter((state) => !!state.isSingle === isSingle && !!state.isViewer === isViewer)
          .map((state): [string, Theme, State] => [state.name, theme, state]),
      ),
    ),
  );

let signedIn = '';
/** Opens a state as its user. */
const open = async ({ isSingle = false, isViewer = false, ...state }: State, theme: Theme): Promise<void> => {
  const { url } = isSingle ? single : host;
  const user = `${theme === 'dark' ? 'dark.' : ''}${isViewer ? 'viewer' : 'admin'}@example.com`;
  // Browsers share cookies between the ports of a host.
  if (signedIn !== url + user) {
    await browser.context.clearCookies();
    await signIn(page, url, user);
    signedIn = url + user;
  }
  await page.setViewportSize(WIDTHS[0]!);
  await state.before?.(page);
  await page.goto(`${url}/admin/resources${state.path()}`);
  await state.next?.(page);
  await page.waitForSelector(state.seen);
};

/** Lists the problems of a state at each width. */
const findProblems = async (state: State, theme: Theme): Promise<string[]> => {
  const problems: string[] = [];
  try {
    await open(state, theme);
    for (const size of WIDTHS) {
      await page.setViewportSize(size);
      problems.push(...(await findAccessibilityProblems(page, theme === 'dark')));
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${state.name}, ${theme}, ${size.width}.png`), fullPage: true });
      const isWider: boolean = await page.evaluate('document.scrollingElement.scrollWidth > innerWidth');
      if (isWider) problems.push(`scrolls sideways at ${size.width} pixels`);
    }
  } finally {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await state.after?.();
  }
  return problems;
};

/** The focused element of our screen: whether a part of it is visible, and whether it or its label is outlined. */
const FOCUS = `(() => {
  const it = document.activeElement;
  if (!it.closest('[data-smtp-screen]')) return null;
  const face = it.closest('label') ?? it;
  const { left, top, width, height } = face.getBoundingClientRect();
  const spots = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => document.elementFromPoint(left + x * width, top + y * height)));
  const isOutlined = (element) => getComputedStyle(element).outlineStyle !== 'none' && parseFloat(getComputedStyle(element).outlineWidth) > 0;
  return { id: it.id || it.textContent, isSeen: spots.some((spot) => face.contains(spot)), isMarked: [it, face].some(isOutlined) };
})()`;

describe('The pages are accessible in both themes at 1280 and 360 pixels without data', () => {
  it.each(listCases(BLANK))('%s, %s', async (_name, theme, state) => {
    expect(await findProblems(state, theme)).toEqual([]);
  });
});

describe('The pages are accessible in both themes at 1280 and 360 pixels in every state', () => {
  beforeAll(seed);

  it.each(listCases(STATES))('%s, %s', async (_name, theme, state) => {
    expect(await findProblems(state, theme)).toEqual([]);
  });

  it.each(WIDTHS)('shows the focus at every Tab stop of the form, with nothing over it, at $width pixels', async (size) => {
    const [, theme, state] = listCases(STATES).find(([name]) => name === 'the form with its folds open')!;
    await open(state, theme);
    await page.setViewportSize(size);
    // Tab moves the focus to the first field: a focus set by a script or a mouse is not always outlined.
    await page.focus('#provider');
    await page.keyboard.press('Shift+Tab');
    const stops: string[] = [];
    for (;;) {
      await waitUntilSettled(page);
      const stop: { id: string; isSeen: boolean; isMarked: boolean } | null = await page.evaluate(FOCUS);
      if (!stop) break;
      stops.push(stop.id);
      expect(stop).toEqual({ id: stop.id, isSeen: true, isMarked: true });
      await page.keyboard.press('Tab');
    }
    expect(stops).toEqual(expect.arrayContaining(['host', 'caCertificate', 'maxConnections', 'testConnection', 'save']));
  });
});
