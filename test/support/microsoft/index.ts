import { createPrivateCa, type ServerCertificate } from '../../../lib/testing/private-ca.js';
import type { MicrosoftCloud } from '../../../lib/options/graph.js';
import { FakeEntra } from './fake-entra.js';
import { FakeGraph } from './fake-graph.js';

export { CLIENT_ID, CLIENT_SECRET, EXPIRED_SECRET, TENANT, TENANT_DOMAIN, USER, USER_PASSWORD } from './fake-entra.js';
export { buildFault } from './fake-graph.js';

/** The SMTP server in the scope of tokens. */
export const EXCHANGE = 'outlook.example';

/** A fake cloud on this machine, over HTTPS with its own CA. */
export interface FakeMicrosoft {
  entra: FakeEntra;
  graph: FakeGraph;
  /** The authority to trust, in PEM. */
  ca: string;
  /** For `localhost`, issued by that authority. */
  certificate: ServerCertificate;
  cloud: MicrosoftCloud;
  reset(): void;
  close: () => Promise<void>;
}

export async function startMicrosoft(): Promise<FakeMicrosoft> {
  const authority = await createPrivateCa('Microsoft fake CA');
  const certificate = await authority.issue();
  const isIssued = (token: string, host: string): boolean =>
    entra.issued.some((issued) => issued.token === token && issued.scope === `https://${host}/.default`);
  const graph = await FakeGraph.start(certificate, isIssued);
  const entra = await FakeEntra.start(certificate, () => [graph.host, EXCHANGE]);
  return {
    entra,
    graph,
    ca: authority.certificate,
    certificate,
    cloud: {
      label: 'Fake',
      authority: entra.host,
      graph: graph.host,
      exchange: EXCHANGE,
      uploads: [graph.uploads.host],
      smtp: ['localhost'],
    },
    reset: () => {
      entra.reset();
      graph.reset();
    },
    close: async () => {
      await Promise.all([entra.close(), graph.close()]);
    },
  };
}
