export { cyberArkCcp, type CcpSecret, type CyberArkCcpOptions } from './cyberark-ccp.js';
export { cyberArkConjur, type CyberArkConjurOptions } from './cyberark-conjur.js';
export type { VaultTls } from './vault-tls.js';
