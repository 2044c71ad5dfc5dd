import type { TrafficOutcome } from '../../../shared/mail-overview.js';

/** The outcomes in the order of the chart. */
export const OUTCOMES = ['sent', 'waiting', 'failed'] as const satisfies readonly TrafficOutcome[];

/** Returns the key of a text with a separate singular form. */
export const pluralKey = (key: string, count: number): string => (count === 1 ? `${key}One` : key);
