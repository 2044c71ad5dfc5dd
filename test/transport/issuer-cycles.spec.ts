import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smtpEntities, smtpMigrations } from '../../lib/index.js';
import { breakIssuerCycles } from '../../lib/transport/tls/issuer-cycles.js';
import { issuersInCycle, type KeyUsage, makeCertificate, makeKeys } from '../support/authorities.js';
import { type AuthorityGraph, authorityGraphs } from '../support/authority-graphs.js';
import { makeCertificates } from '../support/certificates.js';
import { openDatabase } from '../support/databases.js';
import { startProcess, type TestProcess } from '../support/processes/start-process.js';

/** A process that does not answer within this time goes round in a cycle: otherwise it takes seconds, on a machine however loaded. */
const FROZEN_MS = 180_000;

/** Asks a process, and ends it when it is frozen: nothing else gets it out of there. */
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

  it.each(kinds)('freeze no connection: %s', async (_what, options) => {
    const { authorities, server } = await issuersInCycle(options);
    const orders = [authorities, authorities.toReversed()].map((ca) => ({ ca, server }));
    const answers = await ask<{ isTrusted: boolean }[]>(process, orders);
    // Where the one that signed the server is kept, it is trusted by itself.
    expect(answers[0]).toMatchObject({ isTrusted: true });
  });

  it('freeze no connection, whoever names and signs whom', async () => {
    const next = await authorityGraphs(20_261_128);
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
  const text = (pem: string): string => pem.trim();

  it('takes nothing away from a chain that ends, and no more than needed from another', async () => {
    const { ca, throughIntermediate } = await makeCertificates();
    const [, intermediate] = throughIntermediate.cert.split(/(?<=-----END CERTIFICATE-----)/);
    const { authorities } = await issuersInCycle();
    expect(breakIssuerCycles([intermediate!, ca])).toEqual([intermediate, ca]);
    expect(breakIssuerCycles([ca, authorities[1]!])).toEqual([ca, authorities[1]]);
    expect(breakIssuerCycles([intermediate!, ...authorities, ca]).map(text)).toEqual([intermediate!, authorities[0]!, ca].map(text));
    expect(breakIssuerCycles(['no certificate'])).toEqual(['no certificate']);
  });

  it("keeps a server's own certificate beside the one it is renewed by", async () => {
    const own = async (keyId?: string): Promise<string> => {
      const keys = await makeKeys();
      const name = 'CN=mail.example.com';
      const ids = { subjectKeyId: keyId, authorityKeyId: keyId };
      return makeCertificate({ subject: name, issuer: name, keys, signer: keys, isAuthority: false, usage: 'digitalSignature', ...ids });
    };
    for (const pems of [
      [await own(), await own()],
      [await own('0a0a'), await own('0b0b')],
    ])
      expect(breakIssuerCycles(pems)).toEqual(pems);
  });

  it('keeps an authority that changed its key, with the certificates between the two', async () => {
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

  it('trusts nothing that is not in DER: it could not be compared as OpenSSL compares it', async () => {
    const [keys, signer] = [await makeKeys('rsa'), await makeKeys()];
    const pem = await makeCertificate({ subject: 'CN=Some CA', issuer: 'CN=Other CA', keys, signer });
    expect(breakIssuerCycles([pem])).toEqual([pem]);
    const der = new X509Certificate(pem).raw;
    // Both lengths take four bytes: the inner one is made indefinite, with its end marked.
    const size = der.readUInt16BE(6);
    const body = Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(8, 8 + size), Buffer.from([0, 0]), der.subarray(8 + size)]);
    const header = Buffer.from([0x30, 0x82, body.length >> 8, body.length & 0xff]);
    const loose = new X509Certificate(Buffer.concat([header, body])).toString();
    expect(breakIssuerCycles([loose, pem])).toEqual([pem]);
  });
});

describe('a configuration whose authorities name each other as issuer', () => {
  it.each(kinds)('is detected, fetched, tested, used by the queue and by the next process: %s', async (_what, options) => {
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
