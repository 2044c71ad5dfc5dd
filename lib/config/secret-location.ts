import type { ResolvedGraph } from '../options/graph.js';
import type { SecretLocation } from '../secret/secret-resolver.js';
import type { SecretColumn } from '../shared/config-fields.js';
import { sealingContext, secretUse } from './destination.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** Returns the location of a secret of a stored configuration, and its use. */
export function locationOf(row: SmtpConfig, column: SecretColumn, graph: ResolvedGraph): SecretLocation {
  return {
    source: row[`${column}Source`],
    ref: row[`${column}Ref`],
    cipher: row[`${column}Cipher`],
    // A getter, because it parses certificates and only opening a cipher needs it, not every message.
    get context() {
      return sealingContext(row, column);
    },
    use: secretUse(row, column, graph),
    field: column,
  };
}
