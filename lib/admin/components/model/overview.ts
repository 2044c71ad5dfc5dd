import type { Outcome } from '../../../shared/mail-overview.js';

/** The outcomes in the order of the chart. */
export const OUTCOMES = ['sent', 'waiting', 'failed'] as const satisfies readonly Outcome[];

/** The key of a text that is another one for a single thing. */
export const counted = (key: string, count: number): string => (count === 1 ? `${key}One` : key);
