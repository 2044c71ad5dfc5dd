import { chownSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificates, makeCertificates } from '../certificates.js';
import { findFreePort } from '../services/shell.js';
import { LISTENERS, type Listener } from './mail-server.js';

/** The environment variables with the folders of the unpacked servers, from the global setup. */
export type ServerVariable = 'TEST_POSTFIX' | 'TEST_EXIM' | 'TEST_OPENSMTPD' | 'TEST_SENDMAIL' | 'TEST_HARAKA';

/**
 * Returns the folder of an unpacked server.
 * @throws if the global setup could not provide it, with its reason
 */
export function findUnpacked(variable: ServerVariable): string {
  const folder = process.env[variable];
  if (!folder) throw new Error(process.env[`${variable}_MISSING`] ?? `${variable} is not set: the global setup provides no mail server.`);
  return folder;
}

/** Returns the folder with the libraries of an unpacked server, such as `usr/lib/x86_64-linux-gnu`. */
export function findLibraries(unpacked: string): string {
  return join(unpacked, 'usr/lib', readdirSync('/usr/lib').find((name) => name.includes('-linux-gnu')) ?? '');
}

/** Finds a free port for each listener. */
export async function findPorts(listeners: readonly Listener[] = LISTENERS): Promise<Record<Listener, number>> {
  const ports: Partial<Record<Listener, number>> = {};
  for (const listener of listeners) {
    do ports[listener] = await findFreePort();
    while (Object.entries(ports).some(([name, port]) => name !== listener && port === ports[listener]));
  }
  return ports as Record<Listener, number>;
}

/** Writes a key with its certificate for each listener that has its own, and `ca.pem`. */
export async function writeCertificates(folder: string, owner = 0): Promise<Certificates> {
  const certificates = await makeCertificates();
  for (const name of ['good', 'wrongName', 'otherCa', 'expired'] as const) {
    const { key, cert } = certificates[name];
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, `${key}\n${cert}`, { mode: 0o600 });
    chownSync(file, owner, 0);
  }
  writeFileSync(join(folder, 'ca.pem'), certificates.ca);
  return certificates;
}
