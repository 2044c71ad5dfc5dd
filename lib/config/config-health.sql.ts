import type { Schema } from '../database/schema.js';
import { CONFIG_HEALTHS, type ConfigHealth } from '../shared/config-fields.js';
import type { ReasonValues } from '../shared/mail-error.js';
import { DIAGNOSES, remedyTarget } from '../transport/failures/diagnoses.js';
import type { Diagnosis } from '../shared/diagnosis.js';
import { grownRate } from './learned-rate.js';
import { SmtpConfigStatus } from './smtp-config-status.entity.js';
import { SmtpConfig } from './smtp-config.entity.js';

/** Everything that is known about a configuration from tests, mail and failures. Evidence of an older version is left out. */
export type Evidence = { health: ConfigHealth; failingField: string | null } & Pick<
  SmtpConfigStatus,
  | 'lastTestStatus'
  | 'lastTestAt'
  | 'lastTestMs'
  | 'lastTestError'
  | 'lastTestReason'
  | 'lastTestValues'
  | 'lastSentAt'
  | 'pacePerMinute'
  | 'paceConnections'
  | 'tlsVersion'
  | 'certificateExpiresAt'
  | 'failingSince'
  | 'failingError'
  | 'failingReason'
  | 'failingValues'
  | 'lastFailureSince'
  | 'lastFailureUntil'
  | 'lastFailureError'
  | 'lastFailureReason'
  | 'lastFailureValues'
>;

/**
 * Returns the evidence about a configuration, and its health: a disabled configuration is only disabled, one whose circuit breaker is
 * open is failing, and otherwise the latest test or mail decides. {@link healthSql} is the same in SQL.
 */
export function evidenceOf(
  { enabled, version, connectionVersion }: Pick<SmtpConfig, 'enabled' | 'version' | 'connectionVersion'>,
  status: SmtpConfigStatus | undefined,
): Evidence {
  const isCurrent = (of: number | null | undefined): boolean => typeof of === 'number' && of >= connectionVersion;
  const test = status && isCurrent(status.lastTestVersion) ? status : undefined;
  const sent = status && isCurrent(status.lastSentVersion) ? status : undefined;
  const observed = status && isCurrent(status.observedVersion) ? status : undefined;
  // Only the version that failed is failing: another one is tried immediately.
  const failing = status?.failingSince && status.failingVersion === version ? status : undefined;
  const lastSentAt = sent?.lastSentAt ?? null;
  const lastTestAt = test?.lastTestAt ?? null;
  const hasSentSince = lastSentAt !== null && (lastTestAt === null || lastSentAt >= lastTestAt);
  const ofEvidence =
    test?.lastTestStatus === 'failed' && !hasSentSince ? 'test_failed' : test?.lastTestStatus || lastSentAt ? 'working' : 'untested';
  const health = !enabled ? 'disabled' : failing ? 'failing' : ofEvidence;
  const fieldOfTest = remedyTarget(test?.lastTestReason ?? undefined, test?.lastTestValues ?? {}).field ?? null;
  return {
    health,
    lastTestStatus: test?.lastTestStatus ?? null,
    lastTestAt,
    lastTestMs: test?.lastTestMs ?? null,
    lastTestError: test?.lastTestError ?? null,
    lastTestReason: test?.lastTestReason ?? null,
    lastTestValues: test?.lastTestValues ?? {},
    lastSentAt,
    pacePerMinute: status && isCurrent(status.paceVersion) ? perMinuteOf(status) : null,
    paceConnections: sent?.paceConnections ?? null,
    tlsVersion: observed?.tlsVersion ?? null,
    certificateExpiresAt: observed?.certificateExpiresAt ?? null,
    failingSince: failing?.failingSince ?? null,
    failingError: failing?.failingError ?? null,
    failingReason: failing?.failingReason ?? null,
    failingValues: failing?.failingValues ?? {},
    failingField:
      health === 'test_failed' ? fieldOfTest : fieldToCorrect(failing?.failingReason ?? null, failing?.failingValues ?? {}, lastSentAt),
    lastFailureSince: status?.lastFailureSince ?? null,
    lastFailureUntil: status?.lastFailureUntil ?? null,
    lastFailureError: status?.lastFailureError ?? null,
    lastFailureReason: status?.lastFailureReason ?? null,
    lastFailureValues: status?.lastFailureValues ?? {},
  };
}

/** Returns the messages a minute that a server takes by now, as the processes assume. */
function perMinuteOf({ pacePerMinute, paceSince }: SmtpConfigStatus): number | null {
  const rate = pacePerMinute && paceSince ? grownRate(pacePerMinute, Date.now() - paceSince.getTime()) : undefined;
  return rate === undefined ? null : Math.round(rate);
}

/**
 * Returns the field to correct while a configuration fails. If mail was sent with the same settings before, a server that cannot be
 * reached is probably down, and no field is wrong.
 */
export function fieldToCorrect(reason: string | null, values: ReasonValues, lastSentAt: Date | null): string | null {
  const { code } = (DIAGNOSES as Record<string, Diagnosis>)[reason ?? ''] ?? {};
  const isOutage = (code === 'CONNECTION' || code === 'TIMEOUT' || reason === 'dns_unanswered') && lastSentAt !== null;
  return isOutage ? null : (remedyTarget(reason ?? undefined, values).field ?? null);
}

/** Returns the health of a configuration as {@link evidenceOf} does, from the tables with the aliases `config` and `status`. */
export function healthSql(schema: Schema): string {
  const config = schema.table(SmtpConfig, 'config');
  const status = schema.table(SmtpConfigStatus, 'status');
  const isTested = `${status.lastTestVersion} >= ${config.connectionVersion}`;
  const hasSent = `${status.lastSentVersion} >= ${config.connectionVersion} AND ${status.lastSentAt} IS NOT NULL`;
  // Each part decides on its own, because an unknown value would make the opposite of `hasSent` unknown, too.
  const hasNotSentSince = `(${status.lastSentAt} IS NULL OR ${status.lastSentVersion} IS NULL
    OR ${status.lastSentVersion} < ${config.connectionVersion} OR ${status.lastSentAt} < ${status.lastTestAt})`;
  return `CASE WHEN NOT ${config.enabled} THEN 'disabled'
    WHEN ${status.failingSince} IS NOT NULL AND ${status.failingVersion} = ${config.version} THEN 'failing'
    WHEN ${isTested} AND ${status.lastTestStatus} = 'failed' AND ${hasNotSentSince} THEN 'test_failed'
    WHEN ${isTested} AND ${status.lastTestStatus} IS NOT NULL OR ${hasSent} THEN 'working' ELSE 'untested' END`;
}

/** Returns the position of the health in {@link CONFIG_HEALTHS}, for sorting: what needs attention comes first. */
export function healthRankSql(schema: Schema): string {
  const ranks = CONFIG_HEALTHS.map((health, rank) => `WHEN '${health}' THEN ${rank}`).join(' ');
  return `CASE ${healthSql(schema)} ${ranks} END`;
}
