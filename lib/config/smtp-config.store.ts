import { isUUID } from 'class-validator';
import { type EntityManager, In } from 'typeorm';
import type { SmtpDatabase } from '../database/database.js';
import type { SmtpConfigView } from './smtp-config.input.js';
import { type SmtpConfigQuery, type StoredConfig, selectMatching, selectStored, viewsOf } from './smtp-config.queries.js';
import { DEFAULT_ROW, SmtpActivity, SmtpConfig } from './smtp-config.entity.js';

const KEYS_AT_ONCE = 1_000;

/** Reads configurations, their default and what activities chose. {@link SmtpConfigWriter} writes them. */
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
    const found = await this.database.read((em) => selectStored(em).where(condition).getOne(), manager);
    return found && ('id' in where || isCalled(found, where.name)) ? found : null;
  }

  /** The configurations that have one of these ids or names, with their ciphers. */
  async which({ ids, names }: { ids: readonly string[]; names: readonly string[] }): Promise<StoredConfig[]> {
    const found = new Map<string, StoredConfig>();
    for (const [field, values] of [['id', ids] as const, ['nameKey', names] as const]) {
      const all = [...new Set(values)];
      for (let start = 0; start < all.length; start += KEYS_AT_ONCE) {
        const some = all.slice(start, start + KEYS_AT_ONCE);
        const rows = await this.database.read((em) =>
          selectStored(em)
            .where({ [field]: In(some) })
            .getMany(),
        );
        for (const row of rows) if (!found.has(row.id)) found.set(row.id, row);
      }
    }
    return [...found.values()];
  }

  /** Which configuration is the default, and which each activity chose. */
  async choices(): Promise<{ defaultId: string | null; activities: Map<string, string | null> }> {
    const [defaultId, activities] = await Promise.all([this.defaultId(), this.activities()]);
    return { defaultId, activities };
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
    const config = row && row.id !== null ? this.database.hydrate(SmtpConfig, row) : null;
    return {
      config: config && (name === undefined || isCalled(config, name)) ? config : null,
      chosenId: (row?.chosen_id as string | null) ?? null,
    };
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
}

/** Databases pass over spaces at the end. */
function isCalled(config: SmtpConfig, name: string): boolean {
  return config.name.toLowerCase() === name.toLowerCase();
}
