import { failureAt } from '../model/test-text.js';
import type { EntryTexts, HistoryEntry } from './entry-values.js';

/** The result of a request to a server or a vault. */
export interface EntryResult {
  isOk: boolean;
  /** "Failed at Login". */
  summary: string;
  /** The reason of a failure; empty if it is unknown. */
  reason: string;
}

/** Placeholders of reasons whose values an entry does not contain. */
export const UNKNOWN_VALUES = [
  'address',
  'bytes',
  'date',
  'fingerprint',
  'from',
  'issuer',
  'key',
  'limit',
  'localAddress',
  'mechanism',
  'megabytes',
  'mailbox',
  'names',
  'offered',
  'ports',
  'problem',
  'protocol',
  'proxy',
  'seconds',
  'source',
  'status',
  'today',
  'value',
  'words',
];

const TESTS: readonly string[] = ['test', 'test_draft'];

/** Returns the result of an entry; null if it has none. */
export function resultOf({ action, details }: HistoryEntry, { texts, config }: EntryTexts): EntryResult | null {
  const { ok, stopped, step, reason, host, port } = details;
  if (typeof ok !== 'boolean') return null;
  if (ok) return { isOk: true, summary: TESTS.includes(action) ? config.t('testPassed') : texts.t('result_ok'), reason: '' };
  if (stopped === true) return { isOk: false, summary: texts.t('result_stopped'), reason: '' };
  const summary = failureAt(typeof step === 'string' ? step : undefined, config);
  const values = Object.fromEntries(UNKNOWN_VALUES.map((name) => [name, '…']));
  const known = { ...values, host: String(host ?? '…'), port: String(port ?? '…') };
  const sentence = typeof reason === 'string' ? config.optional(`reason_${reason}`, known) : '';
  // Some reasons consist of the words of a vault alone.
  const isKnown = /[^…]/.test(sentence);
  return { isOk: false, summary, reason: isKnown ? sentence.replace(/ ?[(（]…[)）]/g, '') : '' };
}
