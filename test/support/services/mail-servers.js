import { unpackPackages } from './debian-packages.js';
import { installFromNpm } from './npm-package.js';

/** Provides the programs of each mail server, by its environment variable. */
export const MAIL_SERVERS = {
  TEST_EXIM: () => unpackPackages('Exim', ['exim4-daemon-light']),
  // Debian 12 has version 6.8, which cannot serve TLS.
  TEST_OPENSMTPD: () => unpackPackages('OpenSMTPD', ['opensmtpd'], { backportsOf: 'bookworm' }),
  // Cyrus SASL checks passwords in the server itself, without a daemon of its own.
  TEST_POSTFIX: () => unpackPackages('Postfix', ['postfix', 'libsasl2-modules', 'sasl2-bin']),
  // m4 makes its configuration.
  TEST_SENDMAIL: () => unpackPackages('Sendmail', ['sendmail-bin', 'sendmail-cf', 'm4', 'libsasl2-modules', 'sasl2-bin']),
  TEST_HARAKA: () => installFromNpm('Haraka', '3.3.4'),
};
