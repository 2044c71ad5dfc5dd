import { entraFacts } from '../entra-facts.js';
import type { FormKind } from '../kind.js';

/** The most concurrent messages that Microsoft accepts from a mailbox (learn.microsoft.com/graph/throttling-limits). */
const MAX_CONNECTIONS = 4;

/** A configuration that sends as a Microsoft 365 mailbox through Microsoft Graph. */
export const msGraphKind: FormKind = {
  authMethods: ['oauth2', 'password'],
  offeredMethods: (_draft, { allowPasswordGrant }) => (allowPasswordGrant ? ['oauth2', 'password'] : ['oauth2']),
  authCard: (method, { allowPasswordGrant }) => ({
    label: `graphAuth_${method}`,
    help: `graphAuth_${method}`,
    isClosed: method === 'password' && !allowPasswordGrant,
    isInsecure: method === 'password',
  }),
  authRule: () => ({ locked: true, value: true, reason: 'auth_locked_on' }),
  secrets: ({ authMethod }) => (authMethod === 'password' ? ['password', 'clientSecret'] : ['clientSecret']),
  mayWantAppPassword: () => false,
  hint: () => undefined,
  suggestName: () => 'microsoft_365',
  advanced: [],
  connectionLimit: { max: MAX_CONNECTIONS, help: 'help_graphConnections' },
  fill: () => ({}),
  check({ authMethod, maxConnections }, { allowPasswordGrant }, refuse) {
    refuse('authMethod', 'password_grant_forbidden', authMethod === 'password' && !allowPasswordGrant);
    const count = Number(maxConnections);
    refuse('maxConnections', 'graph_range', !Number.isInteger(count) || count < 1 || count > MAX_CONNECTIONS);
  },
  steps: () => ['token', 'mailbox', 'message'],
  facts: (draft, settings) => [
    { field: 'authMethod', label: `graphAuth_${draft.authMethod}` },
    ...entraFacts(draft, settings),
    ...(draft.authMethod === 'password' ? [{ field: 'password' } as const] : []),
  ],
  address: ({ username }) => username,
  summary: ({ username }, label) => `${label} · ${username}`,
};
