import type { GraphSettings } from '../../../lib/transport/graph/graph-settings.js';
import { CLIENT_ID, CLIENT_SECRET, TENANT, USER } from './fake-entra.js';
import type { FakeMicrosoft } from './index.js';

/** Builds settings for the fakes: the app of the tenant, sending as its user. */
export function buildGraphSettings(microsoft: FakeMicrosoft, overrides: Partial<GraphSettings> = {}): GraphSettings {
  return {
    cloud: microsoft.cloud,
    tenantId: TENANT,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    mailbox: USER,
    sender: USER,
    ca: [microsoft.ca],
    maxConnections: 4,
    ...overrides,
  };
}
