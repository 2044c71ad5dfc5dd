import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smtpEntities, smtpMigrations } from '../../lib/index.js';
import { breakIssuerCycles } from '../../lib/transport/tls/issuer-cycles.js';
import { makeIssuerCycle, type KeyUsage, makeCertificate, makeKeys } from '../support/authorities.js';
import { type AuthorityGraph, generateAuthorityGraphs } from '../support/authority-graphs.js';
import { makeCertificates } from '../support/certificates.js';
import { openDatabase } from '../support/databases.js';
import { startProcess, type TestProcess } from '../support/processes/start-process.js';

/** A process that exceeds this is in an endless cycle: otherwise it takes seconds, even on a loaded machine. */
const FROZEN_MS = 180_000;

/** Sends a request to a process and kills the process if it freezes, which is the only way to end it. */
async function ask<T>(process: TestProcess, request: unknown): Promise<T> {
  const timer = setTimeout(() => process.kill('SIGKILL'), FROZEN_MS);
  return process.ask<T>(request).finally(() => clearTimeout(timer));
}

const kinds: [string, { usage?: KeyUsage }][] = [
  ['both may sign', {}],
  ['one of them may sign nothing', { usage: 'digitalSignature' }],
];

describe('authorities that name each other as issuer', () => {
  let process: TestProcess;
  beforeEach(async () => {
    process = await startProcess(new URL('../support/trust.process.ts', import.meta.url), {});
  });
  afterEach(() => process.kill('SIGKILL'));

  it.each(kinds)('do not freeze a connection: %s', async (_what, options) => {
    const { authorities, server } = await makeIssuerCycle(options);
    const orders = [authorities, authorities.toReversed()].map((ca) => ({ ca, server }));
    const answers = await ask<{ isTrusted: boolean }[]>(process, orders);
    // If the issuer of the server certificate is kept, it is trusted by itself.
    expect(answers[0]).toMatchObject({ isTrusted: true });
  });

  it('do not freeze a connection in any combination of issuers and signers', async () => {
    const next = await generateAuthorityGraphs(20_261_128);
    const graphs: AuthorityGraph[] = [];
    while (graphs.length < 60) graphs.push(await next());
    const cut = graphs.filter(({ ca }) => breakIssuerCycles(ca).length < ca.length);
    expect(cut.length).toBeGreaterThan(3);
    const answers = await ask<{ isTrusted: boolean; chain: number }[]>(process, graphs);
    expect(answers.some(({ isTrusted }) => isTrusted)).toBe(true);
    for (const [index, { chain }] of answers.entries()) expect(chain).toBeLessThanOrEqual(1 + 2 * graphs[index]!.ca.length);
  });
});

describe('breakIssuerCycles', () => {
  const trim = (pem: string): string => pem.trim();

  it('keeps a finite chain whole, and removes no more than necessary from a cycle', async () => {
    const { ca, throughIntermediate } = await makeCertificates();
    const [, intermediate] = throughIntermediate.cert.split(/(?<=-----END CERTIFICATE-----)/);
    const { authorities } = await makeIssuerCycle();
    expect(breakIssuerCycles([intermediate!, ca])).toEqual([intermediate, ca]);
    expect(breakIssuerCycles([ca, authorities[1]!])).toEqual([ca, authorities[1]]);
    expect(breakIssuerCycles([intermediate!, ...authorities, ca]).map(trim)).toEqual([intermediate!, authorities[0]!, ca].map(trim));
    expect(breakIssuerCycles(['no certificate'])).toEqual(['no certificate']);
  });

  it("keeps a server's own certificate next to the one that renews it", async () => {
    const makeOwn = async (keyId?: string): Promise<string> => {
      const keys = await makeKeys();
      const name = 'CN=mail.example.com';
      const ids = { subjectKeyId: keyId, authorityKeyId: keyId };
      return makeCertificate({ subject: name, issuer: name, keys, signer: keys, isAuthority: false, usage: 'digitalSignature', ...ids });
    };
    for (const pems of [
      [await makeOwn(), await makeOwn()],
      [await makeOwn('0a0a'), await makeOwn('0b0b')],
    ])
      expect(breakIssuerCycles(pems)).toEqual(pems);
  });

  it('keeps an authority that changed its key, and the certificates that link the two keys', async () => {
    const [older, newer] = [await makeKeys(), await makeKeys()];
    const ids = new Map([
      [older, '0a0a'],
      [newer, '0b0b'],
    ]);
    const issue = (keys: typeof older, signer: typeof older): Promise<string> =>
      makeCertificate({ subject: 'CN=CA', issuer: 'CN=CA', keys, signer, subjectKeyId: ids.get(keys), authorityKeyId: ids.get(signer) });
    const pems = [await issue(older, older), await issue(newer, newer), await issue(newer, older)];
    expect(breakIssuerCycles(pems)).toEqual(pems);
  });

  it('drops a certificate that is not in DER, which could not be compared as OpenSSL does', async () => {
    const [keys, signer] = [await makeKeys('rsa'), await makeKeys()];
    const pem = await makeCertificate({ subject: 'CN=Some CA', issuer: 'CN=Other CA', keys, signer });
    expect(breakIssuerCycles([pem])).toEqual([pem]);
    const der = new X509Certificate(pem).raw;
    // Both lengths take four bytes. The inner one is made indefinite, with its end marked.
    const size = der.readUInt16BE(6);
    const body = Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(8, 8 + size), Buffer.from([0, 0]), der.subarray(8 + size)]);
    const header = Buffer.from([0x30, 0x82, body.length >> 8, body.length & 0xff]);
    const loose = new X509Certificate(Buffer.concat([header, body])).toString();
    expect(breakIssuerCycles([loose, pem])).toEqual([pem]);
  });
});

describe('a configuration whose authorities name each other as issuer', () => {
  it.each(kinds)('can be detected, fetched, tested, used by the queue, and used by the next process: %s', async (_what, options) => {
    const database = await openDatabase('sqlite', { entities: smtpEntities, migrations: smtpMigrations });
    await database.dataSource.destroy();
    const { type, database: file } = database.options as { type: string; database: string };
    const process = await startProcess(new URL('../support/hostile-trust.process.ts', import.meta.url), { type, database: file });
    try {
      const answer = await ask(process, options);
      expect(answer).toEqual({ detected: 'starttls', isTrusted: true, draft: true, stored: true, first: 'sent', second: 'sent' });
    } finally {
      process.kill('SIGKILL');
      await database.drop();
    }
  });
});
