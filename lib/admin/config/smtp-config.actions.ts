import type { ActionContext, ActionHandler, ActionRequest, ActionResponse, BaseRecord, RecordActionResponse, RecordJSON } from 'adminjs';
import { NotFoundError, ValidationError } from 'adminjs';
import { WRITABLE } from '../../config/merge-input.js';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { TestOptions } from '../../config/smtp-config.tester.js';
import type { TestMailTexts } from '../../config/test-mail-texts.js';
import { CONNECTION_NAMES, SECRET_COLUMNS, secretParts } from '../../shared/config-fields.js';
import { MailError } from '../../shared/mail-error.js';
import { failedStep } from '../../transport/test-steps.js';
import { withAdminErrors, recordErrors, toAdminError } from '../adminjs/admin-errors.js';
import { type Handler, onPost } from '../adminjs/on-post.js';
import { type PanelResponse, reportWriter } from '../adminjs/report-writer.js';
import { SmtpConfigResource } from './smtp-config.resource.js';
import { withoutSecrets } from '../adminjs/smtp.record.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import { typedValues } from '../adminjs/typed-values.js';
import type { Notice, TestResponse } from '../../shared/admin-responses.js';
import type { TestReport } from '../../shared/connection-test.js';

type ConfigHandlers = Record<'new' | 'edit' | 'test' | 'testDraft' | 'detect' | 'duplicate' | 'setDefault', ActionHandler<ActionResponse>>;

const success = (message: string): Notice => ({ message, type: 'success', resourceId: 'SmtpConfig' });
const failure = (message: string): Notice => ({ message, type: 'error', resourceId: 'SmtpConfig' });

/** Creates the handlers of the configurations' actions. Every change requires POST. */
export function configHandlers(configs: SmtpConfigService, testMailTexts: (language: unknown) => TestMailTexts): ConfigHandlers {
  const onRecord = (
    work: (record: BaseRecord, request: ActionRequest, context: ActionContext, response: PanelResponse) => Promise<RecordActionResponse>,
  ) =>
    (async (request, response, context) => {
      const { record, currentAdmin } = context;
      if (!record) throw new NotFoundError('This configuration does not exist.', 'SmtpConfig');
      if (request.method !== 'post') return { record: record.toJSON(currentAdmin) };
      return withAdminErrors(() => work(record, request, context, response));
    }) satisfies Handler<RecordActionResponse>;

  /** Returns the saved record, or the input with its errors, so that no input is lost. Returns no secret. */
  const saveResponse = async (context: ActionContext, record: BaseRecord): Promise<RecordActionResponse> => {
    const { currentAdmin, h } = context;
    context.record = record;
    const json = record.toJSON(currentAdmin);
    if (!record.isValid()) return { record: json, notice: failure(record.baseError?.message ?? 'thereWereValidationErrors') };
    return {
      record: json,
      notice: success('saved'),
      redirectUrl: h.recordActionUrl({ resourceId: 'SmtpConfig', recordId: record.id(), actionName: 'edit' }),
    };
  };

  const create: Handler<RecordActionResponse> = async (request, _response, context) => {
    const resource = context.resource as SmtpConfigResource;
    if (request.method !== 'post') return { record: resource.build({}).toJSON(context.currentAdmin) };
    const payload = request.payload ?? {};
    return saveResponse(context, await settle(resource, resource.build(inputToShow(payload)), () => resource.create(payload, context)));
  };

  const edit = onRecord(async (record, { payload = {} }, context) => {
    const resource = context.resource as SmtpConfigResource;
    const typed = resource.build({ ...record.params, ...inputToShow(payload) });
    return saveResponse(context, await settle(resource, typed, () => resource.update(record.id(), payload, context)));
  });

  const runTest = async (
    request: ActionRequest,
    response: PanelResponse,
    context: ActionContext,
    test: (options: TestOptions) => Promise<TestReport>,
    record?: () => Promise<RecordJSON | undefined>,
  ): Promise<TestResponse<RecordJSON>> => {
    const { to = context.currentAdmin?.email, checkOnly = false, language } = typedValues(request.payload);
    const writer = reportWriter(response);
    try {
      const report = await test({
        to,
        checkOnly,
        texts: testMailTexts(language),
        onStep: writer.step,
        signal: writer.signal,
      } as TestOptions);
      const notice = report.ok ? success(checkOnly === true ? 'checkSucceeded' : 'testSucceeded') : failure('testFailed');
      return writer.end({ notice, report, ...(record && { record: await record() }) });
    } catch (error) {
      // The client has disconnected.
      if (writer.signal.aborted) return writer.end({ notice: failure('testStopped'), report: { ok: false, steps: [] } });
      if (writer.hasStarted()) return writer.end({ notice: failure(toAdminError(error).message), report: { ok: false, steps: [] } });
      if (error instanceof MailError && error.code === 'RATE_LIMITED')
        return writer.end({ notice: failure('testFailed'), report: { ok: false, steps: [] }, failed: failedStep('dns', 0, error) });
      if (!(error instanceof MailError) || !error.fields) throw error;
      const notice = failure(error.fields.to ? 'testRecipientInvalid' : 'fillRequiredFields');
      return writer.end({
        notice,
        report: { ok: false, steps: [] },
        errors: recordErrors(error.fields),
        ...(record && { record: await record() }),
      });
    }
  };

  const test = onRecord(async (record, request, context, response) => {
    const call = callerOf(context);
    const reread = async (): Promise<RecordJSON> =>
      ((await context.resource.findMany([record.id()], context))[0] ?? record).toJSON(context.currentAdmin);
    return (await runTest(
      request,
      response,
      context,
      (options) => configs.test(record.id(), options, call),
      reread,
    )) as RecordActionResponse;
  });

  const testDraft = onPost((request, response, context) => {
    const { to: _to, checkOnly: _checkOnly, language: _language, ...fields } = typedValues(request.payload);
    const call = callerOf(context);
    const { id } = fields;
    // The test may count for the configuration that the form edits.
    const reread =
      typeof id === 'string'
        ? async (): Promise<RecordJSON | undefined> => (await context.resource.findOne(id, context))?.toJSON(context.currentAdmin)
        : undefined;
    return runTest(request, response, context, (options) => configs.testDraft(fields, options, call), reread);
  });

  const detect = onPost(async (request, _response, context) => {
    const { host, port, caCertificate, ...others } = typedValues(request.payload) as {
      host: string;
      port?: number;
      caCertificate?: string;
    };
    const names = [...CONNECTION_NAMES, ...secretParts('proxyPassword'), 'id'];
    const connection = Object.fromEntries(names.map((name) => [name, others[name as keyof typeof others]]));
    try {
      const detected = await configs.detectSecurity({ ...connection, host, port: port ?? undefined, caCertificate }, callerOf(context));
      return { notice: success('detected'), detected };
    } catch (error) {
      if (!(error instanceof MailError) || error.code === 'FORBIDDEN') throw error;
      return {
        notice: failure(error.fields ? 'fillRequiredFields' : 'notDetected'),
        ...(!error.fields && { failed: failedStep('tls', 0, error) }),
        errors: recordErrors(error.fields ?? { host: { code: error.code, message: error.message } }),
      };
    }
  });

  const duplicate = onRecord(async (record, { payload = {} }, context) => {
    const resource = context.resource as SmtpConfigResource;
    try {
      const typed = Object.fromEntries(SECRET_COLUMNS.map((column) => [column, payload[column] as string | undefined]));
      const copy = await configs.duplicate(record.id(), typed, callerOf(context));
      return { record: resource.recordOf(copy).toJSON(context.currentAdmin), notice: success('duplicated') };
    } catch (error) {
      if (!(error instanceof MailError) || !error.fields) throw error;
      const json = record.toJSON(context.currentAdmin);
      return { record: { ...json, errors: recordErrors(error.fields) }, notice: failure('thereWereValidationErrors') };
    }
  });

  const setDefault = onRecord(async (record, _request, context) => {
    const resource = context.resource as SmtpConfigResource;
    const view = await configs.setDefault(record.id(), callerOf(context));
    return { record: resource.recordOf(view).toJSON(context.currentAdmin), notice: success('defaultSet') };
  });

  return { new: create, edit, test, testDraft, detect, duplicate, setDefault };
}

/** Builds a record from the outcome of a save: the stored one, or the input with its errors. */
async function settle(resource: SmtpConfigResource, typed: BaseRecord, save: () => Promise<Record<string, unknown>>): Promise<BaseRecord> {
  try {
    return resource.build(await save());
  } catch (error) {
    const known = toAdminError(error);
    if (!(known instanceof ValidationError)) throw known;
    typed.errors = known.propertyErrors;
    typed.baseError = known.baseError ?? null;
    return typed;
  }
}

/** Returns the input that may be shown again. */
function inputToShow(payload: Record<string, unknown>): Record<string, unknown> {
  const known = Object.entries(typedValues(payload)).filter(([field, value]) => WRITABLE.has(field) && isPlain(value));
  return withoutSecrets(Object.fromEntries(known));
}

function isPlain(value: unknown): boolean {
  return Array.isArray(value) ? value.every((entry) => typeof entry !== 'object') : typeof value !== 'object';
}
