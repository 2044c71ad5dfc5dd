import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { isStorable } from '../database/conditions.js';
import { SmtpDatabase } from '../database/database.js';
import { hydrate } from '../database/rows.js';
import { FreshReads } from '../database/fresh-reads.js';
import type { SqlStep } from '../database/sql.js';
import { SmtpConfigStatus } from './smtp-config-status.entity.js';
import { SmtpConfig } from './smtp-config.entity.js';
import type { SmtpConfigView } from './smtp-config.input.js';
import { type SmtpConfigQuery, viewsOf } from './smtp-config.queries.js';
import {
  activitiesOf,
  activityChoices,
  allConfigs,
  configForMail,
  configsBy,
  countConfigs,
  defaultConfigId,
  nameKeys,
  pageOfConfigs,
  sealedConfigs,
  statusesOf,
} from './smtp-config.reads.sql.js';

const KEYS_AT_ONCE = 1_000;

interface ConfigForMail {
  config: SmtpConfig | null;
  chosenId: string | null;
}

/** Reads configurations, the default and the choices of activities. {@link SmtpConfigWriter} writes them. */
@Injectable()
export class SmtpConfigStore {
  readonly #forMail = new FreshReads<ConfigForMail>();

  constructor(private readonly database: SmtpDatabase) {}

  /** Returns the views of a page of configurations. */
  async views(query: SmtpConfigQuery = {}, manager?: EntityManager): Promise<SmtpConfigView[]> {
    if (!isPossible(query.filters)) return [];
    return this.viewsOf(await this.rows(pageOfConfigs(this.database.schema, query), manager), manager);
  }

  /** Counts the configurations that match. */
  async count({ filters }: Pick<SmtpConfigQuery, 'filters'> = {}, manager?: EntityManager): Promise<number> {
    if (!isPossible(filters)) return 0;
    const [row] = await this.database.query<{ n: string | number }>(countConfigs(this.database.schema, filters), manager);
    return Number(row!.n);
  }

  /** Returns the views of configurations. */
  async viewsById(ids: string[], manager?: EntityManager): Promise<SmtpConfigView[]> {
    // No row has any other id, and PostgreSQL would reject some of them with an error.
    const possible = ids.filter((id) => isUUID(id));
    if (possible.length === 0) return [];
    return this.viewsOf(await this.rows(configsBy(this.database.schema, 'id', possible), manager), manager);
  }

  private async viewsOf(rows: SmtpConfig[], manager?: EntityManager): Promise<SmtpConfigView[]> {
    const { schema } = this.database;
    const ids = rows.map(({ id }) => id);
    const statuses = await this.database.query<Record<string, unknown>>(statusesOf(schema, ids), manager);
    return viewsOf(rows, {
      statuses: statuses.map((row) => hydrate(schema, SmtpConfigStatus, row)),
      defaultId: await this.defaultId(manager),
      activities: await this.database.query(activitiesOf(schema, ids), manager),
    });
  }

  /** Returns all configurations with their ciphers. */
  async all(): Promise<SmtpConfig[]> {
    return this.rows(allConfigs(this.database.schema));
  }

  async stored(where: { id: string } | { name: string }, manager?: EntityManager): Promise<SmtpConfig | null> {
    if ('id' in where && !isUUID(where.id)) return null;
    const { schema } = this.database;
    const step = 'id' in where ? configsBy(schema, 'id', [where.id]) : configsBy(schema, 'nameKey', [where.name.toLowerCase()]);
    const [found] = await this.rows(step, manager);
    return found && ('id' in where || hasName(found, where.name)) ? found : null;
  }

  /** Returns the configurations that have one of these ids or names, with their ciphers. */
  async which({ ids, names }: { ids: readonly string[]; names: readonly string[] }): Promise<SmtpConfig[]> {
    const found = new Map<string, SmtpConfig>();
    for (const [field, values] of [['id', ids] as const, ['nameKey', names] as const]) {
      const all = [...new Set(values)];
      for (let start = 0; start < all.length; start += KEYS_AT_ONCE) {
        const some = all.slice(start, start + KEYS_AT_ONCE);
        const rows = await this.rows(configsBy(this.database.schema, field, some));
        for (const row of rows) if (!found.has(row.id)) found.set(row.id, row);
      }
    }
    return [...found.values()];
  }

  /** Returns the id of the default configuration, and the choice of each activity. */
  async choices(): Promise<{ defaultId: string | null; activities: Map<string, string | null> }> {
    const [defaultId, activities] = await Promise.all([this.defaultId(), this.activities()]);
    return { defaultId, activities };
  }

  /** Returns a batch of rows that have a cipher, in the order of their ids. */
  async withCiphers(after: string, limit: number): Promise<SmtpConfig[]> {
    return this.rows(sealedConfigs(this.database.schema, after, limit));
  }

  async defaultId(manager?: EntityManager): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(defaultConfigId(this.database.schema), manager);
    return row?.id ?? null;
  }

  /**
   * Returns the configuration for a mail: the one it names, otherwise its activity's, otherwise the default. `chosenId` is the
   * choice of the activity. If a named or chosen configuration does not exist, returns null and no replacement.
   */
  async forMail(mail: { config?: string; activity: string }, manager?: EntityManager): Promise<ConfigForMail> {
    if (manager) return this.readForMail(mail, manager);
    return this.#forMail.read(JSON.stringify([mail.config, mail.activity]), () => this.readForMail(mail));
  }

  private async readForMail(mail: { config?: string; activity: string }, manager?: EntityManager): Promise<ConfigForMail> {
    const { schema } = this.database;
    const [row] = await this.database.query<Record<string, unknown>>(configForMail(schema, mail), manager);
    const config = row && row.id !== null ? hydrate(schema, SmtpConfig, row) : null;
    return {
      config: config && (mail.config === undefined || hasName(config, mail.config)) ? config : null,
      chosenId: (row?.chosenId as string | null) ?? null,
    };
  }

  /** Returns the names that are taken, in lower case. */
  async names(manager?: EntityManager): Promise<Set<string>> {
    const rows = await this.database.query<{ nameKey: string }>(nameKeys(this.database.schema), manager);
    return new Set(rows.map(({ nameKey }) => nameKey));
  }

  /** Returns the id of the configuration that each activity chose; null for the default. */
  async activities(manager?: EntityManager): Promise<Map<string, string | null>> {
    const rows = await this.database.query<{ key: string; configId: string | null }>(activityChoices(this.database.schema), manager);
    return new Map(rows.map(({ key, configId }) => [key, configId]));
  }

  private async rows(step: SqlStep, manager?: EntityManager): Promise<SmtpConfig[]> {
    const rows = await this.database.query<Record<string, unknown>>(step, manager);
    return rows.map((row) => hydrate(this.database.schema, SmtpConfig, row));
  }
}

/** False for a filter by a string that no database can store: no row has it. */
function isPossible(filters: SmtpConfigQuery['filters'] = {}): boolean {
  return Object.values(filters).every((value) => typeof value !== 'string' || isStorable(value));
}

/** True if a configuration has exactly this name. Databases ignore trailing spaces. */
function hasName(config: SmtpConfig, name: string): boolean {
  return config.name.toLowerCase() === name.toLowerCase();
}
