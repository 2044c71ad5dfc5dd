import { Inject, Injectable } from '@nestjs/common';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { type SecretLocation, SecretResolver } from '../secret/secret-resolver.js';
import { STORED } from '../shared/secrets.js';
import { type ConfigSettings, SECRET_COLUMNS, type SecretColumn } from '../shared/config-fields.js';
import { type FieldProblem, type MailError, validationError } from '../shared/mail-error.js';
import { type Destination, sealingContext, secretsOf } from './destination.js';
import type { Secrets } from './kinds/kind.js';
import { OpenedSecrets } from './opened-secrets.js';
import { locationOf } from './secret-location.js';
import { type AcceptedPlan, areAccepted, SecretPlanner, type SecretPlans } from './secret-plans.js';
import type { SecretInput } from './smtp-config.input.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** Seals passwords and client secrets into rows and opens them again. */
@Injectable()
export class SmtpConfigSecrets {
  readonly resolver: SecretResolver;
  readonly planner: SecretPlanner;

  constructor(@Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions) {
    this.resolver = new SecretResolver(options.keyRing, options.secretSources);
    this.planner = new SecretPlanner(options, this.resolver);
  }

  /** Returns the column values for the plans. */
  columns(plans: SecretPlans, row: Destination & { id: string }): Pick<SmtpConfig, `${SecretColumn}${'Source' | 'Ref' | 'Cipher'}`> {
    const columns = SECRET_COLUMNS.flatMap((column) => {
      const { source, ref, cipher } = this.stored(plans[column], column, row);
      return Object.entries({ [`${column}Source`]: source, [`${column}Ref`]: ref, [`${column}Cipher`]: cipher });
    });
    return Object.fromEntries(columns) as ReturnType<SmtpConfigSecrets['columns']>;
  }

  /** Returns the secrets for the plans. @throws MailError `SECRET` */
  async values(plans: SecretPlans): Promise<Secrets> {
    const secrets: Secrets = {};
    for (const column of SECRET_COLUMNS) {
      const plan = plans[column];
      if (plan.kind !== 'none') secrets[column] = plan.kind === 'typed' ? plan.value : await this.resolver.resolve(plan.location);
    }
    return secrets;
  }

  /**
   * Returns the secrets that connecting without a login needs: that of the proxy. `stored` is the configuration that keeps it, if it is
   * not entered. @throws MailError `VALIDATION` or `SECRET`
   */
  async forConnection(settings: ConfigSettings, input: SecretInput, stored: SmtpConfig | null): Promise<Secrets> {
    const plans = this.planner.plans({ ...settings, id: stored?.id ?? '', authRequired: false }, input, stored);
    if (areAccepted(plans)) return this.values(plans);
    const refused = Object.values(plans).flatMap((plan) => (plan.kind === 'refused' ? [[plan.field, plan.problem]] : []));
    throw validationError(Object.fromEntries(refused) as Record<string, FieldProblem>);
  }

  /** Opens the secrets of a stored configuration. @throws MailError `SECRET` */
  async open(row: SmtpConfig): Promise<Secrets> {
    const secrets: Secrets = {};
    for (const column of secretsOf(row)) secrets[column] = await this.resolver.resolve(this.location(row, column));
    return secrets;
  }

  /**
   * Returns the secrets that a stored configuration sends with: current values from sources, and those of its row. @throws
   * MailError `SECRET`
   */
  async openForSending(row: SmtpConfig): Promise<OpenedSecrets> {
    const locations = secretsOf(row).map((column) => [column, this.location(row, column)]);
    return OpenedSecrets.open(this.resolver, Object.fromEntries(locations) as Partial<Record<SecretColumn, SecretLocation>>);
  }

  /**
   * Returns why the sources, as currently configured, refuse a secret of a stored configuration; undefined if they do not. Reads no
   * secret.
   */
  refusalOf(row: SmtpConfig): MailError | undefined {
    const references = secretsOf(row).map((column) => this.location(row, column));
    return references.map((location) => this.resolver.refusalOf(location)).find((error) => error !== undefined);
  }

  hasSource(id: string): boolean {
    return this.options.secretSources.some((source) => source.id === id);
  }

  private location(row: SmtpConfig, column: SecretColumn): SecretLocation {
    return locationOf(row, column, this.options.graph);
  }

  private stored(
    plan: AcceptedPlan,
    column: SecretColumn,
    row: Destination & { id: string },
  ): Pick<SecretLocation, 'source' | 'ref' | 'cipher'> {
    switch (plan.kind) {
      case 'none':
        return { source: STORED, ref: null, cipher: null };
      case 'typed':
        return { source: STORED, ref: null, cipher: this.options.keyRing.seal(plan.value, sealingContext(row, column)) };
      case 'kept':
      case 'reference':
        return plan.location;
    }
  }
}
