import type { EntityManager } from 'typeorm';
import type { Held, WriteStep } from '../database/database.js';
import { MailError } from '../shared/mail-error.js';
import type { SqlStep } from '../database/sql.js';
import type { StoredConfig } from './smtp-config.queries.js';
import { DEFAULT_ROW, SmtpConfig, SmtpConfigStatus, SmtpDefault } from './smtp-config.entity.js';

/** The outcome of a test. */
export type LastTest = Pick<SmtpConfigStatus, 'configId' | 'lastTestStatus' | 'lastTestAt' | 'lastTestMs' | 'lastTestError'> &
  // Left out where the test did not come as far: what was seen before stays.
  Partial<Pick<SmtpConfigStatus, 'tlsVersion' | 'certificateExpiresAt'>>;

export const stale = (): MailError =>
  new MailError('STALE', 'This configuration was changed while you were editing it.', {
    fields: { version: { code: 'stale', message: 'Somebody else saved it in the meantime: reload it and make your change again.' } },
  });

export const notFound = (): MailError => new MailError('NOT_FOUND', 'There is no such configuration.');

/** Holds the pointer to the default; it comes before any configuration, so that two writes never wait for each other. */
export const HOLD_DEFAULT: SqlStep = {
  sql: `SELECT pointer.config_id AS id, (SELECT config.name FROM smtp_config config WHERE config.id = pointer.config_id) AS name
    FROM smtp_default pointer WHERE pointer.id = ${DEFAULT_ROW}`,
  parameters: [],
};

/** Holds a configuration. */
export const holdConfig = (id: string): SqlStep => ({ sql: 'SELECT * FROM smtp_config WHERE id = ?', parameters: [id] });

/** A configuration by id and name. */
export interface Named {
  id: string;
  name: string | null;
}

/** The configuration that held rows point to. */
export function pointedTo([row]: Held[number] = []): Named | null {
  return row && row.id !== null ? (row as unknown as Named) : null;
}

/** Makes a configuration the default. @throws MailError `NOT_FOUND` when it is gone */
export function point(em: EntityManager, configId: string): WriteStep {
  const exists = em.createQueryBuilder().subQuery().select('1').from(SmtpConfig, 'config').where('config.id = :configId').getQuery();
  return {
    statement: em
      .createQueryBuilder()
      .update(SmtpDefault)
      .set({ configId })
      .where(`id = ${DEFAULT_ROW} AND EXISTS ${exists}`, { configId }),
    orElse: notFound,
  };
}

export function unpoint(em: EntityManager, configId: string): WriteStep {
  return {
    statement: em
      .createQueryBuilder()
      .update(SmtpDefault)
      .set({ configId: null })
      .where(`id = ${DEFAULT_ROW} AND configId = :configId`, { configId }),
  };
}

/** Stores values where the row still has the version it was read with. @throws MailError `STALE` */
export function updateConfig(
  em: EntityManager,
  { id, version }: Pick<StoredConfig, 'id' | 'version'>,
  values: Partial<StoredConfig>,
): WriteStep {
  return {
    statement: em
      .createQueryBuilder()
      .update(SmtpConfig)
      .set(values)
      .where('id = :id AND version = :readVersion', { id, readVersion: version }),
    orElse: stale,
  };
}

export function forgetTest(em: EntityManager, id: string): WriteStep {
  const nothing = {
    lastTestStatus: null,
    lastTestAt: null,
    lastTestMs: null,
    lastTestError: null,
    tlsVersion: null,
    certificateExpiresAt: null,
  };
  return { statement: em.createQueryBuilder().update(SmtpConfigStatus).set(nothing).where('configId = :id', { id }) };
}

export function saveTest(em: EntityManager, status: LastTest): WriteStep {
  const columns = [
    'last_test_status',
    'last_test_at',
    'last_test_ms',
    'last_test_error',
    ...(status.tlsVersion ? ['tls_version'] : []),
    ...(status.certificateExpiresAt ? ['certificate_expires_at'] : []),
  ];
  return { statement: em.createQueryBuilder().insert().into(SmtpConfigStatus).values(status).orUpdate(columns, ['config_id']) };
}
