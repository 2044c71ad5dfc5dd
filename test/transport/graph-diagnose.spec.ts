import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { diagnoseGraph } from '../../lib/transport/graph/graph-diagnose.js';
import type { GraphSettings } from '../../lib/transport/graph/graph-settings.js';
import { buildMail } from '../support/mails.js';
import { CLIENT_SECRET, type FakeMicrosoft, TENANT, USER, buildFault, startMicrosoft } from '../support/microsoft/index.js';
import { buildGraphSettings } from '../support/microsoft/graph-settings.js';
import type { TestStep } from '../../lib/shared/connection-test.js';

describe('The test of a Microsoft Graph configuration', () => {
  let microsoft: FakeMicrosoft;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
  });
  afterAll(() => microsoft.close());
  afterEach(() => microsoft.reset());

  const diagnose = async (overrides: Partial<GraphSettings> = {}, options: Parameters<typeof diagnoseGraph>[2] = {}) => {
    const seen: TestStep[] = [];
    const mail = { ...buildMail({ from: USER }), from: { name: '', address: USER } };
    const { report, error } = await diagnoseGraph(buildGraphSettings(microsoft, overrides), mail, {
      onStep: (step) => seen.push(step),
      ...options,
    });
    expect(report.steps).toEqual(seen);
    expect(report.ok).toBe(error === undefined);
    expect(JSON.stringify(report)).not.toContain(CLIENT_SECRET);
    for (const { token } of microsoft.entra.issued) expect(JSON.stringify(report)).not.toContain(token);
    return { report, error, names: report.steps.map(({ name }) => name) };
  };

  it('reports token, mailbox and message, and sends one message', async () => {
    const { report } = await diagnose();
    expect(report).toMatchObject({
      ok: true,
      steps: [
        { name: 'token', ok: true, detail: `Signed in to ${TENANT} through ${microsoft.entra.host}.` },
        { name: 'mailbox', ok: true, detail: USER },
        { name: 'message', ok: true, detail: 'Microsoft accepted the message.', reply: expect.stringMatching(/^202 \(request-id /) },
      ],
    });
    expect(microsoft.graph.sent).toHaveLength(1);
  });

  it('sends nothing with checkOnly', async () => {
    const { report } = await diagnose({}, { checkOnly: true });
    expect(report.steps).toMatchObject([
      { name: 'token', ok: true },
      { name: 'mailbox', ok: true, reply: expect.stringContaining('no recipients') },
      { name: 'message', ok: true, detail: 'Nothing was sent.' },
    ]);
    expect(microsoft.graph.sent).toEqual([]);
  });

  it.each<[string, string[], string, () => void, Partial<GraphSettings>]>([
    ['a wrong secret', ['token'], 'AUTH', () => undefined, { clientSecret: 'wrong-secret' }],
    ['an unknown tenant', ['token'], 'AUTH', () => undefined, { tenantId: 'nobody.example.com' }],
    ['no mailbox of that name', ['token', 'mailbox'], 'MAILBOX', () => undefined, { mailbox: 'nobody@contoso.com' }],
    ['a policy', ['token', 'mailbox'], 'PERMISSION', () => undefined, { mailbox: 'ceo@contoso.com' }],
    ['missing consent', ['token', 'mailbox'], 'PERMISSION', () => microsoft.graph.permissions.clear(), {}],
    ['a throttled mailbox', ['token', 'mailbox'], 'THROTTLED', () => (microsoft.graph.before = () => buildFault(503, 'x', 'x')), {}],
  ])('stops at the step of %s with a remedy, also with checkOnly', async (_what, names, code, prepare, overrides) => {
    prepare();
    for (const checkOnly of [false, true]) {
      const outcome = await diagnose(overrides, { checkOnly });
      const last = outcome.report.steps.at(-1)!;
      expect(last).toMatchObject({ ok: false, code, detail: expect.stringMatching(/\w/), hint: expect.stringMatching(/\w/) });
      expect(outcome.names).toEqual(names);
    }
    expect(microsoft.graph.sent).toEqual([]);
  });

  it('stops at the message if it is refused', async () => {
    const { names, report } = await diagnose({ mailbox: 'shared@contoso.com' });
    expect(names).toEqual(['token', 'mailbox', 'message']);
    expect(report.steps.at(-1)).toMatchObject({ ok: false, code: 'SENDER' });
  });

  it('can be stopped', async () => {
    const stop = new AbortController();
    microsoft.graph.before = () => {
      stop.abort(new Error('Stopped.'));
      return 'SILENT';
    };
    await expect(diagnose({}, { signal: stop.signal, deadlineMs: 3_600_000 })).rejects.toThrow('Stopped.');
    await expect(diagnose({}, { signal: stop.signal })).rejects.toThrow('Stopped.');
    expect(microsoft.graph.sent).toEqual([]);
  });

  it('has one deadline for all steps', async () => {
    microsoft.graph.before = () => 'SILENT';
    const { error, names } = await diagnose({}, { deadlineMs: 3_000 });
    expect(names).toEqual(['token', 'mailbox', 'message']);
    expect(error).toMatchObject({ code: 'AMBIGUOUS' });
  });
});
