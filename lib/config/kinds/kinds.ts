import { CONFIG_TYPES, type SmtpConfigType } from '../../shared/config-fields.js';
import { diagnosedError } from '../../transport/failures/diagnoses.js';
import type { ConfigKind } from './kind.js';
import { msGraphKind } from './ms-graph/ms-graph.kind.js';
import { smtpKind } from './smtp/smtp.kind.js';

/** Every kind of configuration, by the value of the field `type`. */
const KINDS: Readonly<Record<SmtpConfigType, ConfigKind>> = {
  generic: smtpKind,
  ms_graph: msGraphKind,
};

/** True for a value that names a kind. */
export function isConfigType(type: unknown): type is SmtpConfigType {
  return CONFIG_TYPES.some((known) => known === type);
}

/** Returns the kind that a value names. @throws MailError `CONFIG_INVALID` if it names none */
export function kindOf(type: unknown): ConfigKind {
  const kind = findKind(type);
  if (!kind) throw diagnosedError('unknown_type', { value: String(type).slice(0, 64) });
  return kind;
}

/** Returns the kind that a value names; undefined if it names none, which the rules and the policy report. */
export function findKind(type: unknown): ConfigKind | undefined {
  return isConfigType(type) ? KINDS[type] : undefined;
}
