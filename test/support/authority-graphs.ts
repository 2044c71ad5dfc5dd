import type { JsonNameParams } from '@peculiar/x509';
import { type KeyUsage, makeCertificate, makeKeys, pemOf } from './authorities.js';

/** A random server certificate with random trusted authorities. */
export interface AuthorityGraph {
  ca: string[];
  server: { key: string; cert: string };
}

/** Returns a function that makes one graph after another, in the same sequence for the same seed. */
export async function generateAuthorityGraphs(seed: number): Promise<() => Promise<AuthorityGraph>> {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const keys = await Promise.all([makeKeys(), makeKeys(), makeKeys('rsa')]);
  const own = await makeKeys();
  const key = await pemOf(own);

  const pickName = (): JsonNameParams => spell(pick(NAMES), pick);
  const makeAuthority = (): Promise<string> =>
    makeCertificate({
      subject: pickName(),
      issuer: pickName(),
      keys: pick(keys),
      signer: pick(keys),
      isAuthority: random() < 0.8,
      usage: pick<KeyUsage | undefined>([undefined, 'keyCertSign', 'digitalSignature']),
      subjectKeyId: pick(KEY_IDS),
      authorityKeyId: pick(KEY_IDS),
      notAfter: random() < 0.2 ? new Date(Date.now() - 86_400_000) : undefined,
    });

  return async () => {
    const count = 2 + Math.floor(random() * 4);
    const ca: string[] = [];
    for (let index = 0; index < count; index++) ca.push(random() < 0.05 && ca.length > 0 ? pick(ca) : await makeAuthority());
    const leaf = { subject: pickName(), issuer: pickName(), keys: own, signer: pick(keys), isAuthority: false, names: ['localhost'] };
    const sent = ca.filter(() => random() < 0.3);
    return { ca, server: { key, cert: [await makeCertificate(leaf), ...sent].join('\n') } };
  };
}

const NAMES = ['East CA', 'West CA', 'South CA'];
const KEY_IDS = [undefined, undefined, '0a0a0a0a', '0b0b0b0b'];

/** Spells a name in one of the ways that OpenSSL considers equal (its x_name.c ignores case, white space and string type). */
function spell(name: string, pick: <T>(list: readonly T[]) => T): JsonNameParams {
  const text = pick([name, name.toUpperCase(), ` ${name.replace(' ', '  ')} `, name.toLowerCase()]);
  const value = pick([
    { utf8String: text },
    { printableString: text },
    { bmpString: text },
    { ia5String: text },
    { universalString: text },
  ]);
  return [{ CN: [value] }];
}

/** Creates a mulberry32 generator. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
