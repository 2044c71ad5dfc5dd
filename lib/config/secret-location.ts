import type { ResolvedGraph } from '../options/graph.js';
import type { SecretLocation } from '../secret/secret-resolver.js';
import type { SecretColumn } from '../shared/config-fields.js';
import { sealingContext, secretUse } from './destination.js';
import type { StoredConfig } from './smtp-config.queries.js';

/** Returns where a secret of a stored configuration is kept, and what it is used for. */
export function locationOf(row: StoredConfig, column: SecretColumn, graph: ResolvedGraph): SecretLocation {
  return {
    source: row[`${column}Source`],
    ref: row[`${column}Ref`],
    cipher: row[`${column}Cipher`],
    // Reads the certificates, and only opening a cipher needs it: not every message that is sent.
    get context() {
      return sealingContext(row, column);
    },
    use: secretUse(row, column, graph),
  };
}
