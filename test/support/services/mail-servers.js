import { unpackPackages } from './debian-packages.js';

/** Provides the programs of each mail server, by its environment variable. */
export const MAIL_SERVERS = {
  // Cyrus SASL checks passwords in the server itself, without a daemon of its own.
  TEST_POSTFIX: () => unpackPackages('Postfix', ['postfix', 'libsasl2-modules', 'sasl2-bin']),
};
