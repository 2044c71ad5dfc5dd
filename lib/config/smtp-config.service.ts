import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AccessLevel, AccessPolicy, type Caller, type CurrentAdmin } from '../options/access.js';
import { isUniqueViolation } from '../database/errors.js';
import { MailError, validationError } from '../shared/mail-error.js';
import { checkIds, checkPage } from '../database/query-checks.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { CertificateFacts, ServerChain } from '../shared/certificates.js';
import type { ConfigTest, TestReport } from '../shared/connection-test.js';
import type { SecretCheck, SecretChoices } from '../shared/secrets.js';
import type { DetectedSecurity } from '../shared/smtp-config.js';
import { Transports } from '../transport/transports.js';
import { type CertificateRequest, CertificateFinder, type ChainRequest } from './kinds/smtp/certificate-finder.js';
import { copyName } from './copy-name.js';
import { type ConfigSettings, SECRET_COLUMNS, type SecretColumn, SORT_NAMES } from '../shared/config-fields.js';
import { blankCandidate, candidateOf } from './merge-input.js';
import { type DetectionTarget, SecurityDetector } from './kinds/smtp/security-detector.js';
import { SecretFinder, type SecretRequest, type SecretSearch } from './secret-finder.js';
import { SecretRotation } from './secret-rotation.js';
import { type CheckedConfig, NAME_TAKEN, SmtpConfigChecker } from './smtp-config.checker.js';
import type { SmtpConfigInput, SmtpConfigView } from './smtp-config.input.js';
import { SmtpConfigSecrets } from './smtp-config.secrets.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import type { SmtpConfigQuery } from './smtp-config.queries.js';
import { notFound, stale } from './smtp-config.writes.sql.js';
import { SmtpConfigStore } from './smtp-config.store.js';
import { SmtpConfigTester, type TestOptions } from './smtp-config.tester.js';
import { SmtpConfigTests } from './smtp-config.tests.js';
import { SmtpConfigWriter, type WriteRequest } from './smtp-config.writer.js';
import { ONLY_ONE, SINGLE_NAME } from './single-config.js';
import { draftFingerprint, storedFingerprint } from './test-fingerprint.js';

/** The caller and its transaction. Without `admin`, the caller is the application's own code, which may do anything. */
export interface CallOptions extends Caller {
  /** The caller's transaction. @default a transaction of its own */
  manager?: EntityManager;
}

/**
 * Finds, writes and tests configurations. Enforces permissions, rules and the single default for every caller. All methods throw
 * MailError: `FORBIDDEN`, `NOT_FOUND`, `STALE`, or `VALIDATION` with the problems by field.
 */
@Injectable()
export class SmtpConfigService {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly access: AccessPolicy,
    private readonly store: SmtpConfigStore,
    private readonly writer: SmtpConfigWriter,
    private readonly secrets: SmtpConfigSecrets,
    private readonly checker: SmtpConfigChecker,
    private readonly tester: SmtpConfigTester,
    private readonly history: SmtpConfigTests,
    private readonly keys: SecretRotation,
    private readonly finder: SecretFinder,
    private readonly certificates: CertificateFinder,
    private readonly detector: SecurityDetector,
    private readonly transports: Transports,
  ) {}

  /** True if an action may be offered to an admin. Its permission is checked again when it runs. */
  canShow(level: AccessLevel, admin: CurrentAdmin): boolean {
    return this.access.canShow(level, admin);
  }

  /** Checks a permission. @throws MailError `FORBIDDEN` */
  async assertCan(level: AccessLevel, call: Caller): Promise<void> {
    await this.access.assertCan(level, call);
  }

  async find(query: SmtpConfigQuery = {}, call: CallOptions = {}): Promise<SmtpConfigView[]> {
    await this.access.assertCan('view', call);
    checkPage(query, SORT_NAMES);
    return this.store.views(query, call.manager);
  }

  async count(query: Pick<SmtpConfigQuery, 'filters'> = {}, call: CallOptions = {}): Promise<number> {
    await this.access.assertCan('view', call);
    return this.store.count(query, call.manager);
  }

  async findOne(id: string, call: CallOptions = {}): Promise<SmtpConfigView | null> {
    return (await this.findMany([id], call))[0] ?? null;
  }

  async findMany(ids: string[], call: CallOptions = {}): Promise<SmtpConfigView[]> {
    await this.access.assertCan('view', call);
    checkIds(ids);
    return this.store.viewsById(ids, call.manager);
  }

  async findDefault(call: CallOptions = {}): Promise<SmtpConfigView | null> {
    await this.access.assertCan('view', call);
    const id = await this.store.defaultId(call.manager);
    return id ? this.findOne(id, call) : null;
  }

  async create(input: SmtpConfigInput, call: CallOptions = {}): Promise<SmtpConfigView> {
    await this.access.assertCan('manage', call);
    return this.insert(input, { by: call, action: 'create', manager: call.manager });
  }

  /** Writes the given fields. With `version`, only if nobody has saved since that version. */
  async update(id: string, input: SmtpConfigInput, call: CallOptions = {}): Promise<SmtpConfigView> {
    await this.access.assertCan('manage', call);
    const stored = await this.require(id, call.manager);
    if (input.version !== undefined && input.version !== stored.version) throw stale();
    const base = await this.asCandidate(stored, call.manager);
    const { candidate, plans } = await this.checker.check(base, input, { id, stored, manager: call.manager, by: call });
    const fingerprint = draftFingerprint(candidate, plans, this.options.keyRing);
    const version = stored.version + 1;
    const connectionVersion = fingerprint === storedFingerprint(stored, this.options.keyRing) ? stored.connectionVersion : version;
    const row = this.row(candidate, plans, { id, version, connectionVersion, createdAt: stored.createdAt, updatedAt: new Date() });
    const setsDefault = input.isDefault === undefined && !this.options.single ? undefined : candidate.isDefault;
    const request = { by: call, action: 'update', manager: call.manager } as const;
    await this.unlessNameTaken(this.writer.update({ stored, row, fingerprint, setsDefault }, request));
    return this.reload(id, call.manager);
  }

  async remove(id: string, call: CallOptions = {}): Promise<void> {
    await this.access.assertCan('manage', call);
    await this.writer.remove(id, { by: call, action: 'delete', manager: call.manager });
    void this.transports.retire(id);
  }

  async setDefault(id: string, call: CallOptions = {}): Promise<SmtpConfigView> {
    await this.access.assertCan('manage', call);
    const stored = await this.require(id, call.manager);
    await this.writer.setDefault(stored, { by: call, action: 'set_default', manager: call.manager });
    return this.reload(id, call.manager);
  }

  /**
   * Copies everything but the stored secrets, which must be entered again. The copy is never the default. Rejected with the option
   * `single`.
   */
  async duplicate(id: string, typed: Partial<Record<SecretColumn, string>> = {}, call: CallOptions = {}): Promise<SmtpConfigView> {
    await this.access.assertCan('manage', call);
    if (this.options.single) throw validationError({ name: ONLY_ONE });
    const original = await this.require(id, call.manager);
    const missing = SECRET_COLUMNS.filter((column) => original[`${column}Cipher`] && !typed[column]);
    if (missing.length > 0) {
      const needed = { code: 'password_needed', message: 'Enter it again. It is not copied.' };
      throw validationError(Object.fromEntries(missing.map((column) => [column, needed])));
    }
    const secrets = Object.assign(
      {},
      ...SECRET_COLUMNS.map((column) => ({
        [column]: typed[column],
        [`${column}Source`]: original[`${column}Source`],
        [`${column}Ref`]: original[`${column}Ref`],
      })),
    ) as SmtpConfigInput;
    const values = candidateOf(original, false);
    // An activity that is no longer declared stays in the original, but is not copied.
    values.copyActivities = values.copyActivities.filter((key) => this.options.activities.some((activity) => activity.key === key));
    const details = { original: original.name, originalId: original.id };
    const request = { by: call, action: 'duplicate', details, manager: call.manager } as const;
    for (;;) {
      const name = copyName(original.name, await this.store.names(call.manager));
      try {
        return await this.insert({ ...(values as SmtpConfigInput), ...secrets, name }, request);
      } catch (error) {
        // The name was taken in the meantime: try the next one.
        if (call.manager || !isNameTaken(error)) throw error;
      }
    }
  }

  /** Tests a stored configuration step by step and stores the outcome as its last test. */
  async test(id: string, test: TestOptions, call: CallOptions = {}): Promise<TestReport> {
    await this.access.assertCan('manage', call);
    const startedAt = performance.now();
    const stored = await this.require(id, call.manager);
    const name = this.options.single ? undefined : stored.name;
    return this.tester.testStored(stored, { ...test, name, startedAt, by: call, manager: call.manager });
  }

  /**
   * Tests the values of a form; `id` names the saved configuration that it edits. Changes no configuration. The test counts for the
   * configuration if its values are the saved ones, or are saved within an hour.
   */
  async testDraft(input: SmtpConfigInput & { id?: string }, test: TestOptions, call: CallOptions = {}): Promise<TestReport> {
    await this.access.assertCan('manage', call);
    const startedAt = performance.now();
    const { id, ...fields } = input;
    const stored = id ? await this.require(id, call.manager) : null;
    const security = fields.security === 'auto' ? undefined : fields.security;
    const base = stored
      ? await this.asCandidate(stored, call.manager)
      : { ...blankCandidate(security), name: this.options.single ? SINGLE_NAME : 'draft' };
    const { candidate, plans } = await this.checker.check(
      base,
      { ...fields, name: base.name },
      { id: id ?? randomUUID(), stored, manager: call.manager, by: call, isDraft: true, signal: test.signal },
    );
    const name = this.options.single ? undefined : (fields.name ?? stored?.name);
    return this.tester.testDraft({ candidate, plans }, stored, { ...test, name, startedAt, by: call, manager: call.manager });
  }

  /** Returns the last tests of a configuration, the latest first. */
  async tests(id: string, call: CallOptions = {}): Promise<ConfigTest[]> {
    await this.access.assertCan('view', call);
    const { id: configId } = await this.require(id, call.manager);
    return this.history.of(configId, call.manager);
  }

  /** Detects the encryption that a server offers, without credentials. */
  async detectSecurity(target: DetectionTarget, call: CallOptions = {}): Promise<DetectedSecurity> {
    await this.access.assertCan('manage', call);
    const stored = target.id ? await this.require(target.id, call.manager) : null;
    return this.detector.detect(target, { by: call, stored, manager: call.manager });
  }

  /** Describes the certificates of a PEM string: their kind, their names and their expiry. Reads only the string. */
  async certificateFacts(question: CertificateRequest, call: CallOptions = {}): Promise<CertificateFacts[]> {
    await this.access.assertCan('manage', call);
    return this.certificates.facts(question);
  }

  /** Fetches the certificates that a server presents, over an unverified connection without credentials. */
  async fetchCertificates(question: ChainRequest, call: CallOptions = {}): Promise<ServerChain> {
    await this.access.assertCan('manage', call);
    const stored = question.id ? await this.require(question.id, call.manager) : null;
    return this.certificates.chain(question, { by: call, stored, manager: call.manager });
  }

  /** Lists the secrets that a source offers: keys and labels, never a value. */
  async secretChoices(search: SecretSearch, call: CallOptions = {}): Promise<SecretChoices> {
    await this.access.assertCan('manage', call);
    return this.finder.choices(search);
  }

  /** Checks that a secret of a source can be read and sent to the entered server. Returns the reason if not, never the value. */
  async checkSecret(question: SecretRequest, call: CallOptions = {}): Promise<SecretCheck> {
    await this.access.assertCan('manage', call);
    return this.finder.check(question, { by: call, manager: call.manager });
  }

  /** Seals every stored secret again with the current key, in batches. Afterwards, older keys can be removed. */
  async reencryptSecrets(call: CallOptions = {}): Promise<{ moved: number; unreadable: string[] }> {
    await this.access.assertCan('manage', call);
    return this.keys.reencrypt(call);
  }

  private async insert(input: SmtpConfigInput, request: WriteRequest): Promise<SmtpConfigView> {
    const { by, manager } = request;
    const id = randomUUID();
    const security = input.security === 'auto' ? undefined : input.security;
    const { candidate, plans } = await this.checker.check(blankCandidate(security), input, { id, stored: null, manager, by });
    const now = new Date();
    const row = this.row(candidate, plans, { id, version: 1, connectionVersion: 1, createdAt: now, updatedAt: now });
    const fingerprint = draftFingerprint(candidate, plans, this.options.keyRing);
    await this.unlessNameTaken(this.writer.insert({ row, isDefault: candidate.isDefault, fingerprint }, request));
    return this.reload(id, manager);
  }

  private row(
    candidate: ConfigSettings,
    plans: CheckedConfig['plans'],
    identity: Pick<SmtpConfig, 'id' | 'version' | 'connectionVersion' | 'createdAt' | 'updatedAt'>,
  ): SmtpConfig {
    const { isDefault: _, ...values } = candidate;
    return {
      ...values,
      ...identity,
      nameKey: values.name.toLowerCase(),
      ...this.secrets.columns(plans, { ...candidate, id: identity.id }),
    };
  }

  /** Reports a name that was taken after the check: two admins can pass the check at the same time, and the index decides. */
  private async unlessNameTaken(write: Promise<void>): Promise<void> {
    return write.catch((error: unknown) => {
      throw isUniqueViolation(error) ? validationError({ name: this.options.single ? ONLY_ONE : NAME_TAKEN }) : error;
    });
  }

  private async asCandidate(stored: SmtpConfig, manager?: EntityManager): Promise<ConfigSettings> {
    return candidateOf(stored, (await this.store.defaultId(manager)) === stored.id);
  }

  private async require(id: string, manager?: EntityManager): Promise<SmtpConfig> {
    const stored = typeof id === 'string' ? await this.store.stored({ id }, manager) : null;
    if (!stored) throw notFound();
    return { ...stored, nameKey: stored.name.toLowerCase() };
  }

  private async reload(id: string, manager?: EntityManager): Promise<SmtpConfigView> {
    const [view] = await this.store.viewsById([id], manager);
    if (!view) throw notFound();
    return view;
  }
}

function isNameTaken(error: unknown): boolean {
  return error instanceof MailError && error.fields?.name?.code === NAME_TAKEN.code;
}
