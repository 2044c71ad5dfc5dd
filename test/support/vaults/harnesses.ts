import { azureKeyVault } from '../../../lib/azure-key-vault/index.js';
import { cyberArkCcp, cyberArkConjur } from '../../../lib/cyberark/index.js';
import type { SecretSource } from '../../../lib/index.js';
import { APP_ID, CLIENT, buildCcpError, startCcp } from './ccp.js';
import { ACCOUNT, API_KEY, LOGIN, startConjur } from './conjur.js';
import type { HttpsServer, Reply } from './https-server.js';
import { TOKEN, buildRefusal, startKeyVault } from './key-vault.js';

/** A vault and its failures. Its source allows `smtp-main`, and `smtp-news` only for smtp.acme.io:587. */
export interface Vault {
  source: SecretSource;
  /** Creates the same source with another trusted authority. */
  distrusting: (ca: string) => SecretSource;
  server: HttpsServer;
  /** Counts the requests for values. */
  reads: () => number;
  set: (key: string, value: string) => void;
  remove: (key: string) => void;
  behave: (as: 'usual' | 'silent' | 'cut' | 'sealed' | 'forbidden' | 'endless') => void;
  /** The application's credentials, which must not appear anywhere. */
  credentials: string[];
}

const secrets = [
  { key: 'smtp-main', label: 'Main relay', hint: 'since 2024' },
  { key: 'smtp-news', label: 'Newsletters', destinations: ['smtp.acme.io:587'] },
];

/** All vaults, for running the same tests on each. */
export const vaults: { name: string; start: () => Promise<Vault> }[] = [
  { name: 'Azure Key Vault', start: startKeyVaultHarness },
  { name: 'CyberArk CCP', start: startCcpHarness },
  { name: 'CyberArk Conjur', start: startConjurHarness },
];

async function startKeyVaultHarness(): Promise<Vault> {
  const server = await startKeyVault();
  server.secrets.set('root-password', { value: 'never-for-mail' });
  return {
    source: azureKeyVault({ ...server.options, secrets, allowOwnCa: true }),
    distrusting: (ca) => azureKeyVault({ ...server.options, client: { ...server.options.client, tlsOptions: { ca } }, secrets }),
    server,
    reads: () => server.reads.length,
    set: (key, value) => void server.secrets.set(key, { value }),
    remove: (key) => void server.secrets.delete(key),
    behave: (as) => (server.reply = chooseReply(as, buildRefusal(403, 'Forbidden', 'ForbiddenByRbac'))),
    credentials: [TOKEN],
  };
}

async function startCcpHarness(): Promise<Vault> {
  const server = await startCcp();
  server.accounts.set('Mail/root-password', 'never-for-mail');
  const options = { url: server.url, appId: APP_ID, safe: 'Mail', secrets, allowOwnCa: true };
  return {
    source: cyberArkCcp({ ...options, tls: server.tls }),
    distrusting: (ca) => cyberArkCcp({ ...options, tls: { ...server.tls, ca } }),
    server,
    reads: () => server.requests.filter(({ client }) => client === CLIENT).length,
    set: (key, value) => void server.accounts.set(`Mail/${key}`, value),
    remove: (key) => void server.accounts.delete(`Mail/${key}`),
    behave: (as) => (server.reply = chooseReply(as, buildCcpError(403, 'APPAP306E'))),
    credentials: [server.tls.key.split('\n')[1]!],
  };
}

async function startConjurHarness(): Promise<Vault> {
  const server = await startConjur();
  server.variables.set('root-password', 'never-for-mail');
  const options = { url: server.url, account: ACCOUNT, login: LOGIN, apiKey: API_KEY, secrets, allowOwnCa: true };
  return {
    source: cyberArkConjur({ ...options, tls: { ca: server.ca } }),
    distrusting: (ca) => cyberArkConjur({ ...options, tls: { ca } }),
    server,
    reads: () => server.requests.filter(({ url }) => url.startsWith(`/secrets/${ACCOUNT}/variable/`)).length,
    set: (key, value) => void server.variables.set(key, value),
    remove: (key) => void server.variables.delete(key),
    behave: (as) => (server.reply = chooseReply(as, { status: 403, body: { error: { message: 'words-of-the-vault' } } })),
    credentials: [API_KEY],
  };
}

function chooseReply(as: Parameters<Vault['behave']>[0], forbidden: Reply): (() => Reply) | undefined {
  switch (as) {
    case 'usual':
      return undefined;
    case 'silent':
      return () => null;
    case 'cut':
      return () => 'DROP';
    case 'endless':
      return () => 'FLOOD';
    case 'sealed':
      return () => ({ status: 503, body: { errors: ['words-of-the-vault: sealed'] } });
    case 'forbidden':
      return () => forbidden;
  }
}
