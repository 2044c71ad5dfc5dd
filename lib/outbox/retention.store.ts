import { Injectable } from '@nestjs/common';
import { deleteTests, oldDrafts } from '../config/smtp-config.tests.sql.js';
import { SmtpDatabase } from '../database/database.js';
import type { SqlStep } from '../database/sql.js';
import { uuid7Before } from '../database/uuid7.js';
import { bodiesToDelete, deleteAuditEntries, deleteBodies, deleteMessages, finalMessages, oldAuditEntries } from './sql/retention.js';

/** Deletes rows past their retention, some at a time. Each method returns true if more may be left. */
@Injectable()
export class RetentionStore {
  constructor(private readonly database: SmtpDatabase) {}

  /** Deletes some bodies that are due for deletion. */
  async purgeBodies(limit: number): Promise<boolean> {
    const { schema } = this.database;
    return this.purgeSelected(bodiesToDelete(schema, limit), limit, (ids) => deleteBodies(schema, ids));
  }

  /** Deletes some final messages that are older than the given age. */
  async purgeMessages(olderThanMs: number, limit: number): Promise<boolean> {
    const { schema } = this.database;
    const before = (await this.database.now()).getTime() - olderThanMs;
    return this.purgeSelected(finalMessages(schema, uuid7Before(before), limit), limit, (ids) => deleteMessages(schema, ids));
  }

  /** Deletes some entries of the change history that are older than the given age. */
  async purgeAudit(olderThanMs: number, limit: number): Promise<boolean> {
    const { schema } = this.database;
    return this.purgeSelected(oldAuditEntries(schema, olderThanMs, limit), limit, (ids) => [deleteAuditEntries(schema, ids)]);
  }

  /** Deletes some tests of values that were never saved. */
  async purgeDraftTests(limit: number): Promise<boolean> {
    const { schema } = this.database;
    return this.purgeSelected(oldDrafts(schema, limit), limit, (ids) => [deleteTests(schema, ids)]);
  }

  private async purgeSelected(select: SqlStep, limit: number, deletion: (ids: string[]) => SqlStep[]): Promise<boolean> {
    const ids = (await this.database.query<{ id: string }>(select)).map(({ id }) => id);
    if (ids.length === 0) return false;
    await this.database.writeAll(deletion(ids));
    return ids.length === limit;
  }
}
