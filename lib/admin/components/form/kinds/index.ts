import type { SmtpConfigType } from '../../../../shared/config-fields.js';
import type { FormKind } from './kind.js';
import { msGraphKind } from './ms-graph/ms-graph.kind.js';
import { smtpKind } from './smtp/smtp.kind.js';

/** Every kind of configuration. What the form shows of each is listed in `groups.ts`. */
const KINDS: Record<SmtpConfigType, FormKind> = { generic: smtpKind, ms_graph: msGraphKind };

/** Returns a kind of configuration. @throws for a kind that does not exist. */
export function kindOf(type: SmtpConfigType): FormKind {
  if (!Object.hasOwn(KINDS, type)) throw new Error(`There is no kind of configuration called "${String(type)}".`);
  return KINDS[type];
}
