import { BaseRecord, type BaseResource, type CurrentAdmin, type RecordJSON } from 'adminjs';
import { SECRET_COLUMNS } from '../../shared/config-fields.js';

const SECRET_FIELD = new RegExp(`^(${SECRET_COLUMNS.join('|')})(Cipher)?(\\.|$)`);

/** Removes everything that could be a secret. The services never return one, but a request may contain one. */
export function withoutSecrets(params: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([path]) => !SECRET_FIELD.test(path)));
}

/**
 * A stand-in for a record that does not exist. For an unknown id, AdminJS shows a page of its own without a way back to the list, so
 * that the screens show one from this record. Every other action on it is refused.
 */
export class MissingRecord extends BaseRecord {
  constructor(id: string, resource: BaseResource) {
    super({ id, isMissing: true }, resource);
  }
}

/** A record that never serializes a secret, in any action, error or other resource. */
export class SmtpRecord extends BaseRecord {
  override toJSON(currentAdmin?: CurrentAdmin): RecordJSON {
    const json = super.toJSON(currentAdmin);
    return { ...json, params: withoutSecrets(json.params) };
  }
}
