import type { SmtpConfigType } from '../../../../shared/config-fields.js';
import type { FormKind } from './kind.js';
import { msGraphKind } from './ms-graph/ms-graph.kind.js';
import { smtpKind } from './smtp/smtp.kind.js';

/** Every kind of configuration. Their groups in the form are listed in `groups.ts`. */
const KINDS: Record<SmtpConfigType, FormKind> = { generic: smtpKind, ms_graph: msGraphKind };

/** Returns a kind of configuration. @throws Error for an unknown kind */
export function kindOf(type: SmtpConfigType): FormKind {
  if (!Object.hasOwn(KINDS, type)) throw new Error(`The kind of configuration "${String(type)}" does not exist.`);
  return KINDS[type];
}
