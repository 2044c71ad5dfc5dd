import { type RowValues, insertInto, insertOrIgnore } from '../../database/rows.js';
import type { Schema } from '../../database/schema.js';
import type { SqlStep } from '../../database/sql.js';
import { SmtpMessage, SmtpMessageBody } from '../smtp-message.entity.js';

/** Keeps statements below the limit of MySQL 5.7 (4 MB; MariaDB has 16 MB), which an attachment can exceed. */
const PARTS_AT_ONCE = 20;

/** Stores a message with its body. */
export function insertMessage(schema: Schema, message: RowValues<SmtpMessage> & { id: string }, parts: readonly string[]): SqlStep[] {
  return [insertInto(schema, SmtpMessage, [message]), ...insertBody(schema, message.id, parts)];
}

/** Stores a message and then its body. Deletes the body again if the idempotency key is taken. */
export function insertKeyedMessage(schema: Schema, message: RowValues<SmtpMessage> & { id: string }, parts: readonly string[]): SqlStep[] {
  const { table, id } = schema.table(SmtpMessage);
  const body = schema.table(SmtpMessageBody);
  const deleteOrphans = {
    sql: `DELETE FROM ${body.table} WHERE ${body.messageId} = ? AND NOT EXISTS (SELECT 1 FROM ${table} WHERE ${id} = ?)`,
    parameters: [message.id, message.id],
  };
  return [insertOrIgnore(schema, SmtpMessage, [message]), ...insertBody(schema, message.id, parts), deleteOrphans];
}

function insertBody(schema: Schema, messageId: string, parts: readonly string[]): SqlStep[] {
  const steps: SqlStep[] = [];
  for (let start = 0; start < parts.length; start += PARTS_AT_ONCE) {
    const rows = parts.slice(start, start + PARTS_AT_ONCE).map((content, index) => ({ messageId, part: start + index, content }));
    steps.push(insertInto(schema, SmtpMessageBody, rows));
  }
  return steps;
}

/**
 * Selects the message stored under a key.
 * @param seesOthers finds messages that another transaction committed after this one began
 */
export function messageByKey(schema: Schema, key: string, { seesOthers }: { seesOthers: boolean }): SqlStep {
  const message = schema.table(SmtpMessage);
  const columns = schema.columns(message, ['id', 'messageId', 'contentHash']);
  return {
    sql: `SELECT ${columns} FROM ${message.table} WHERE ${message.idempotencyKey} = ?${seesOthers ? schema.dialect.forShare : ''}`,
    parameters: [key],
  };
}

/** Selects the parts of a body in their order. */
export function bodyParts(schema: Schema, messageId: string): SqlStep {
  const body = schema.table(SmtpMessageBody);
  return {
    sql: `SELECT ${schema.columns(body, ['content'])} FROM ${body.table} WHERE ${body.messageId} = ? ORDER BY ${body.part}`,
    parameters: [messageId],
  };
}
