import { createHash } from 'node:crypto';
import type { KeyRing } from '../secret/key-ring.js';
import { SECRET_COLUMNS, type SecretColumn, TESTED_NAMES, type TestedName } from '../shared/config-fields.js';
import { STORED } from '../shared/secrets.js';
import { type Destination, canonicalDestination, secretsOf } from './destination.js';
import type { StoredSettings } from './kinds/kind.js';
import type { AcceptedPlan, SecretPlans } from './secret-plans.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** The settings that decide the result of a test. */
type TestedSettings = Destination & Pick<StoredSettings, TestedName>;

/** A secret by its cipher or its key in a source; a typed one by itself. */
type SecretIdentity = readonly (string | null)[];

/**
 * Returns the fingerprint of values that are tested or saved: the same values yield the same one, so that a test of a form counts once
 * the form is saved. It is keyed, because anyone who reads the table could otherwise guess a typed password. Null for a typed password
 * without a key, which cannot be stored anyway.
 */
export function draftFingerprint(settings: TestedSettings, plans: SecretPlans, keyRing: KeyRing): string | null {
  const isTyped = SECRET_COLUMNS.some((column) => plans[column].kind === 'typed');
  if (isTyped && keyRing.currentId === undefined) return null;
  return fingerprint(settings, (column) => identityOf(plans[column]), keyRing);
}

/** Returns the fingerprint of a stored configuration, which is also that of a form without changes. */
export function storedFingerprint(row: SmtpConfig, keyRing: KeyRing): string {
  const needed = secretsOf(row);
  const identity = (column: SecretColumn): SecretIdentity =>
    needed.includes(column)
      ? storedIdentity({ source: row[`${column}Source`], ref: row[`${column}Ref`], cipher: row[`${column}Cipher`] })
      : [];
  return fingerprint(row, identity, keyRing);
}

function fingerprint(settings: TestedSettings, identity: (column: SecretColumn) => SecretIdentity, keyRing: KeyRing): string {
  const values = JSON.stringify([canonicalDestination(settings), TESTED_NAMES.map((name) => settings[name]), SECRET_COLUMNS.map(identity)]);
  // Without a key there is no password among the values.
  return keyRing.authenticate('test fingerprint', values) ?? createHash('sha256').update(values).digest('hex');
}

function identityOf(plan: AcceptedPlan): SecretIdentity {
  switch (plan.kind) {
    case 'none':
      return [];
    case 'typed':
      return ['typed', plan.value];
    case 'kept':
    case 'reference':
      return storedIdentity(plan.location);
  }
}

function storedIdentity({ source, ref, cipher }: { source: string; ref: string | null; cipher: string | null }): SecretIdentity {
  return source === STORED ? ['stored', cipher] : ['reference', source, ref];
}
