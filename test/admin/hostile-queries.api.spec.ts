import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const RESOURCES = ['SmtpOverview', 'SmtpConfig', 'SmtpActivity', 'SmtpMessage', 'SmtpAudit'];
const WRONG = ['%00', 'a%00b', '%ED%A0%80', '%25%5F%5C', "'%20OR%201=1--", '9'.repeat(400), '1e300', '-1', ''];
const FIELDS = [
  'id',
  'name',
  'search',
  'type',
  'health',
  'enabled',
  'status',
  'activity',
  'configName',
  'recipients',
  'subject',
  'createdAt',
  'person',
  'record',
  'recordType',
  'action',
  'from',
  'to',
];
const BODIES: unknown[] = [
  {},
  { id: '\0' },
  { name: '\uD800', host: '\0', port: '\0', cc: ['\0'], to: '\0' },
  { configId: '\0' },
  { search: '\0', source: '\0' },
];

describe.each(databases)('Hostile requests to the admin API on $name', ({ name: kind }) => {
  let app: AdminApp;
  let manager: AdminClient;
  let ids: string[];

  beforeAll(async () => {
    app = await startAdminApp(kind, { activities: [{ key: 'invoice' }], delivery: { run: false } });
    manager = await app.signIn('admin@example.com');
    const { id } = await app.configs.create({
      name: 'main',
      host: 'localhost',
      security: 'none',
      authRequired: false,
      fromAddress: 'a@b.c',
      isDefault: true,
    });
    const queued = await app.mail.send({ to: 'a@b.c', subject: 'Hello', text: 'Hi' });
    ids = [id, queued.status === 'queued' ? queued.id : ''];
  });
  afterAll(() => app.close());

  const readState = async (): Promise<string> =>
    JSON.stringify(
      await Promise.all(
        ['smtp_config', 'smtp_default', 'smtp_activity', 'smtp_message'].map((table) => app.dataSource.query(`SELECT * FROM ${table}`)),
      ),
    );
  const findFailing = async (paths: string[], call: (path: string) => Promise<{ status: number }>): Promise<string[]> => {
    const failed: string[] = [];
    for (let start = 0; start < paths.length; start += 10) {
      const some = paths.slice(start, start + 10);
      const statuses = await Promise.all(some.map(call));
      failed.push(...some.filter((_, index) => statuses[index]!.status >= 500));
    }
    return failed;
  };

  it('cause no server error when they read', async () => {
    const queries = WRONG.flatMap((text) => [
      ...FIELDS.map((field) => `filters.${field}=${text}`),
      `filters.createdAt~~from=${text}`,
      ...['page', 'perPage', 'sortBy', 'after', 'before'].map((name) => `${name}=${text}`),
    ]);
    const paths = RESOURCES.flatMap((id) => queries.map((query) => `/api/resources/${id}/actions/list?${query}`));
    const others = WRONG.flatMap((text) => [
      ...RESOURCES.map((id) => `/api/resources/${id}/records/${text || 'x'}/show`),
      ...RESOURCES.map((id) => `/api/resources/${id}/bulk/bulkDelete?recordIds=${text}`),
      `/api/resources/SmtpConfig/actions/search/${text}?searchProperty=${text}`,
      `/api/resources/SmtpMessage/actions/matching?action=retryNow&after=${text}`,
      `/api/resources/SmtpOverview/actions/read?period=${text}&range=${text}`,
    ]);
    expect(await findFailing([...paths, ...others], (path) => manager.get(path))).toEqual([]);
  });

  it('cause no server error and change nothing when they write', async () => {
    const before = await readState();
    const actions = [
      'new',
      'testDraft',
      'detect',
      'secretChoices',
      'certificateFacts',
      'fetchCertificates',
      'checkSecret',
      'tryNow',
      'read',
    ];
    const onRecord = ['edit', 'test', 'duplicate', 'setDefault', 'usage', 'delete', 'preview', 'resend', 'retryNow', 'cancel'];
    const paths = RESOURCES.flatMap((id) => [
      ...actions.map((action) => `/api/resources/${id}/actions/${action}`),
      ...onRecord.map((action) => `/api/resources/${id}/records/%00/${action}`),
      `/api/resources/${id}/records/invoice/edit`,
    ]);
    for (const body of BODIES) expect(await findFailing(paths, (path) => manager.post(path, body))).toEqual([]);
    expect(
      await findFailing(
        ids.flatMap((id) => RESOURCES.map((name) => `/api/resources/${name}/records/${id}/edit`)),
        (path) => manager.post(path, BODIES[2]),
      ),
    ).toEqual([]);
    expect(await readState()).toBe(before);
  });
});
