import { entraRules, entraViolations } from '../entra.js';
import type { ConfigKind } from '../kind.js';
import { createMsGraphSender } from './ms-graph.sender.js';

/** A Microsoft 365 mailbox over Microsoft Graph, as an app or with the user's password. */
export const msGraphKind: ConfigKind = {
  loginStep: 'token',
  rules: entraRules(() => true),
  convert: (settings, { authMethod = 'oauth2' }) => ({ ...settings, authMethod }),
  normalize: (settings) => ({ ...settings, authRequired: true }),
  secrets: ({ authMethod }) => (authMethod === 'password' ? ['password', 'clientSecret'] : ['clientSecret']),
  secretUse: ({ graphCloud }, _secret, { clouds }) => ({
    destinations: [{ kind: 'graph', cloud: graphCloud ?? '' }],
    tokenHosts: clouds.get(graphCloud ?? '')?.smtp ?? [],
    hasOwnCa: false,
  }),
  violations: (settings, options) => [
    ...(settings.authMethod === 'password' && !options.graph.allowPasswordGrant
      ? [['password_grant_forbidden'] as ['password_grant_forbidden']]
      : []),
    ...entraViolations(settings, options),
  ],
  describe: ({ graphCloud, username }, { graph }) => [
    ['type', 'Microsoft Graph'],
    ['cloud', graph.clouds.get(graphCloud ?? '')?.label ?? String(graphCloud)],
    ['username', String(username)],
  ],
  createSender: createMsGraphSender,
};
