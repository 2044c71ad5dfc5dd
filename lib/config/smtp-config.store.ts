import { isUUID } from 'class-validator';
import { type EntityManager, In } from 'typeorm';
import { MailError } from '../smtp.errors.js';
import type { SmtpDatabase, WriteStep } from '../smtp.database.js';
import type { SecretColumn } from './destination.js';
import type { SmtpConfigView } from './smtp-config.input.js';
import { type SmtpConfigQuery, type StoredConfig, selectMatching, selectStored, viewsOf } from './smtp-config.queries.js';
import { DEFAULT_ROW, SmtpActivity, SmtpConfig, SmtpConfigStatus, SmtpDefault } from './smtp-config.entity.js';

type LastTest = Pick<SmtpConfigStatus, 'configId' | 'lastTestStatus' | 'lastTestAt' | 'lastTestMs' | 'lastTestError'> &
  // Left out where the test did not come as far: what was seen before stays.
  Partial<Pick<SmtpConfigStatus, 'tlsVersion' | 'certificateUntil'>>;

/** Reads and writes configurations, their default and their status; each write all or nothing. */
export class SmtpConfigStore {
  constructor(private readonly database: SmtpDatabase) {}

  async views(query: SmtpConfigQuery = {}, manager?: EntityManager): Promise<SmtpConfigView[]> {
    const { sortBy = 'name', direction = 'asc', limit = 1_000, offset = 0 } = query;
    const order = sortBy === 'lastTestAt' ? 'status.lastTestAt' : sortBy === 'name' ? 'config.nameKey' : `config.${sortBy}`;
    return this.database.read(async (em) => {
      const rows = await selectMatching(em, query)
        .orderBy(order, direction === 'desc' ? 'DESC' : 'ASC')
        .addOrderBy('config.id')
        .limit(limit)
        .offset(offset)
        .getMany();
      return viewsOf(em, rows);
    }, manager);
  }

  async count(query: Pick<SmtpConfigQuery, 'filters'> = {}, manager?: EntityManager): Promise<number> {
    return this.database.read((em) => selectMatching(em, query).getCount(), manager);
  }

  async viewsById(ids: string[], manager?: EntityManager): Promise<SmtpConfigView[]> {
    // Others belong to no row; PostgreSQL would refuse some of them with an error.
    const possible = ids.filter((id) => isUUID(id));
    if (possible.length === 0) return [];
    return this.database.read(async (em) => {
      const rows = await selectStored(em)
        .where({ id: In(possible) })
        .getMany();
      return viewsOf(em, rows);
    }, manager);
  }

  /** Every configuration with its ciphers. */
  async all(): Promise<StoredConfig[]> {
    return this.database.read((em) => selectStored(em).orderBy('config.id').getMany());
  }

  async stored(where: { id: string } | { name: string }, manager?: EntityManager): Promise<StoredConfig | null> {
    if ('id' in where && !isUUID(where.id)) return null;
    const condition = 'id' in where ? { id: where.id } : { nameKey: where.name.toLowerCase() };
    return this.database.read((em) => selectStored(em).where(condition).getOne(), manager);
  }

  /** Those of the named configurations that are switched on, with their ciphers. */
  async enabled(ids: string[]): Promise<StoredConfig[]> {
    const possible = ids.filter((id) => isUUID(id));
    if (possible.length === 0) return [];
    return this.database.read((em) =>
      selectStored(em)
        .where({ id: In(possible), enabled: true })
        .orderBy('config.id')
        .getMany(),
    );
  }

  /** Rows that hold a cipher, a batch at a time in the order of their ids. */
  async sealed(after: string, limit: number): Promise<StoredConfig[]> {
    return this.database.read((em) =>
      selectStored(em)
        .where('config.id > :after', { after })
        .andWhere('(config.passwordCipher IS NOT NULL OR config.clientSecretCipher IS NOT NULL)')
        .orderBy('config.id')
        .limit(limit)
        .getMany(),
    );
  }

  async defaultId(manager?: EntityManager): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT config.id AS id FROM smtp_default pointer JOIN smtp_config config ON config.id = pointer.config_id WHERE pointer.id = ${DEFAULT_ROW}`,
      [],
      manager,
    );
    return row?.id ?? null;
  }

  /**
   * The configuration a mail leaves through: the one it names, else its activity's, else the default. `chosenId` is that of
   * the activity; a configuration that was named or chosen and is gone is null, and none takes its place.
   */
  async forMail(
    { config: name, activity }: { config?: string; activity: string },
    manager?: EntityManager,
  ): Promise<{ config: StoredConfig | null; chosenId: string | null }> {
    const isIt = name === undefined ? 'config.id = COALESCE(activity.config_id, pointer.config_id)' : 'config.name_key = ?';
    const [row] = await this.database.query<Record<string, unknown>>(
      `SELECT config.*, activity.config_id AS chosen_id FROM smtp_default pointer LEFT JOIN smtp_activity activity ON activity.activity_key = ?
        LEFT JOIN smtp_config config ON ${isIt} WHERE pointer.id = ${DEFAULT_ROW}`,
      [activity, ...(name === undefined ? [] : [name.toLowerCase()])],
      manager,
    );
    const isFound = row !== undefined && row.id !== null;
    return { config: isFound ? this.database.hydrated(SmtpConfig, row) : null, chosenId: (row?.chosen_id as string | null) ?? null };
  }

  async names(manager?: EntityManager): Promise<Set<string>> {
    const keys = await this.database.read(
      (em) => em.createQueryBuilder(SmtpConfig, 'config').select('config.nameKey', 'key').getRawMany<{ key: string }>(),
      manager,
    );
    return new Set(keys.map(({ key }) => key));
  }

  async activities(manager?: EntityManager): Promise<Map<string, string | null>> {
    const rows = await this.database.read((em) => em.find(SmtpActivity), manager);
    return new Map(rows.map(({ key, configId }) => [key, configId]));
  }

  async insert(row: StoredConfig, isDefault: boolean, manager?: EntityManager): Promise<void> {
    await this.database.write(
      (em) => [{ statement: em.createQueryBuilder().insert().into(SmtpConfig).values(row) }, ...(isDefault ? [point(em, row.id)] : [])],
      manager,
    );
  }

  /** Stores the row if it still has the version it was read with, and forgets a test that says nothing about it any more. @throws MailError `STALE` */
  async update(
    row: StoredConfig,
    read: { version: number; isTestStale: boolean },
    setsDefault: boolean | undefined,
    manager?: EntityManager,
  ): Promise<void> {
    const { id, ...values } = row;
    await this.database.write(
      (em) => [
        {
          statement: em
            .createQueryBuilder()
            .update(SmtpConfig)
            .set(values)
            .where('id = :id AND version = :readVersion', { id, readVersion: read.version }),
          orElse: stale,
        },
        // Left out, the pointer stays where others may have put it meanwhile.
        ...(setsDefault === undefined ? [] : [setsDefault ? point(em, id) : unpoint(em, id)]),
        ...(read.isTestStale ? [forgetTest(em, id)] : []),
      ],
      manager,
    );
  }

  /** Renames a row and makes it the default, and lets every activity use the default. @throws MailError `STALE` */
  async adopt(row: StoredConfig | undefined, name: string): Promise<void> {
    const isChosen = [...(await this.activities()).values()].some((configId) => configId !== null);
    const isDefault = !row || (await this.defaultId()) === row.id;
    const isNamed = !row || row.name === name;
    if (isDefault && isNamed && !isChosen) return;
    await this.database.write((em) => [
      ...(row && !isNamed ? [rename(em, row, name)] : []),
      ...(row ? [point(em, row.id)] : []),
      { statement: em.createQueryBuilder().update(SmtpActivity).set({ configId: null }).where('configId IS NOT NULL') },
    ]);
  }

  async remove(id: string, manager?: EntityManager): Promise<void> {
    if (!isUUID(id)) throw notFound();
    await this.database.write(
      (em) => [
        { statement: em.createQueryBuilder().delete().from(SmtpConfig).where('id = :id', { id }), orElse: notFound },
        { statement: em.createQueryBuilder().delete().from(SmtpConfigStatus).where('configId = :id', { id }) },
        unpoint(em, id),
      ],
      manager,
    );
  }

  async setDefault(id: string, manager?: EntityManager): Promise<void> {
    await this.database.write((em) => [point(em, id)], manager);
  }

  /** Keeps the outcome of a test, unless what was tested was changed or deleted meanwhile. */
  async saveStatus(status: LastTest, version: number): Promise<void> {
    const write = this.database.write((em) => [
      {
        // Changes nothing, but holds the row until the outcome is written.
        statement: em
          .createQueryBuilder()
          .update(SmtpConfig)
          .set({ version })
          .where('id = :id AND version = :version', { id: status.configId, version }),
        orElse: stale,
      },
      {
        statement: em
          .createQueryBuilder()
          .insert()
          .into(SmtpConfigStatus)
          .values(status)
          .orUpdate(
            [
              'last_test_status',
              'last_test_at',
              'last_test_ms',
              'last_test_error',
              ...(status.tlsVersion ? ['tls_version'] : []),
              ...(status.certificateUntil ? ['certificate_until'] : []),
            ],
            ['config_id'],
          ),
      },
    ]);
    await write.catch((error: unknown) => {
      if (!(error instanceof MailError) || error.code !== 'STALE') throw error;
    });
  }

  /** Puts one cipher in the place of another; false when somebody changed it in between. */
  async replaceCipher(id: string, column: SecretColumn, before: string, after: string): Promise<boolean> {
    const field = `${column}Cipher` as const;
    try {
      await this.database.write((em) => [
        {
          statement: em
            .createQueryBuilder()
            .update(SmtpConfig)
            .set({ [field]: after })
            .where(`id = :id AND ${field} = :before`, { id, before }),
          orElse: stale,
        },
      ]);
      return true;
    } catch (error) {
      if (error instanceof MailError && error.code === 'STALE') return false;
      throw error;
    }
  }

  async saveActivity(key: string, configId: string | null): Promise<void> {
    await this.database.write((em) => [
      {
        statement: em.createQueryBuilder().insert().into(SmtpActivity).values({ key, configId }).orUpdate(['config_id'], ['activity_key']),
      },
    ]);
  }
}

export const stale = (): MailError =>
  new MailError('STALE', 'This configuration was changed while you were editing it.', {
    fields: { version: { code: 'stale', message: 'Somebody else saved it in the meantime: reload it and make your change again.' } },
  });

export const notFound = (): MailError => new MailError('NOT_FOUND', 'There is no such configuration.');

/** Makes a configuration the default, if it exists; one statement, so that the last of several racing calls wins. */
function point(em: EntityManager, configId: string): WriteStep {
  const exists = em.createQueryBuilder().subQuery().select('1').from(SmtpConfig, 'config').where('config.id = :configId').getQuery();
  return {
    statement: em
      .createQueryBuilder()
      .update(SmtpDefault)
      .set({ configId })
      .where(`id = ${DEFAULT_ROW} AND EXISTS ${exists}`, { configId }),
  };
}

function rename(em: EntityManager, { id, version }: StoredConfig, name: string): WriteStep {
  return {
    statement: em
      .createQueryBuilder()
      .update(SmtpConfig)
      .set({ name, nameKey: name.toLowerCase(), version: version + 1 })
      .where('id = :id AND version = :version', { id, version }),
    orElse: stale,
  };
}

function forgetTest(em: EntityManager, id: string): WriteStep {
  const nothing = {
    lastTestStatus: null,
    lastTestAt: null,
    lastTestMs: null,
    lastTestError: null,
    tlsVersion: null,
    certificateUntil: null,
  };
  return { statement: em.createQueryBuilder().update(SmtpConfigStatus).set(nothing).where('configId = :id', { id }) };
}

function unpoint(em: EntityManager, configId: string): WriteStep {
  return {
    statement: em
      .createQueryBuilder()
      .update(SmtpDefault)
      .set({ configId: null })
      .where(`id = ${DEFAULT_ROW} AND configId = :configId`, { configId }),
  };
}
