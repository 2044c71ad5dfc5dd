import fc from 'fast-check';

const { FUZZ_SEED, FUZZ_RUNS, FUZZ_PATH } = process.env;

/**
 * Returns the parameters for a property test. Runs are identical unless the environment changes them: `FUZZ_RUNS` sets the
 * number of runs and `FUZZ_SEED` the seed. A failure prints its seed and path; with both (`FUZZ_PATH`), only that run is repeated.
 */
export function configureFuzzing<T>(runs: number): fc.Parameters<T> {
  return {
    seed: FUZZ_SEED === undefined ? 20_260_228 : Number(FUZZ_SEED),
    numRuns: FUZZ_RUNS === undefined ? runs : Number(FUZZ_RUNS),
    ...(FUZZ_PATH !== undefined && { path: FUZZ_PATH, endOnFailure: true }),
    verbose: fc.VerbosityLevel.None,
  };
}

/** Texts that break out of a header, a line, a query, a page, a path or an encoding. */
const NASTY_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  'a\r\nBcc: evil@evil.example',
  'a\nb',
  'a\u2028b',
  'a\u0085b',
  '\u202Eabc',
  '\uD800',
  '\uDC00a',
  '😀'.repeat(40),
  'é'.normalize('NFD'),
  '=?utf-8?Q?a=0D=0ABcc:_evil=40evil.example?=',
  '=?utf-8?B?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e308',
  '9'.repeat(400),
  '0x7f.1',
  "' OR 1=1 --",
  '%',
  '%00',
  '%_!\\',
  '../../etc/passwd',
  '</script><script>alert(1)</script>',
  '{{constructor}}',
  '$&$1$`',
  'a.b.c',
  'a[b][c]',
  'a~~b',
  '__FORM_VALUE_NULL__',
  '__FORM_VALUE_EMPTY_OBJECT__',
  '__FORM_VALUE_EMPTY_ARRAY__',
  'x'.repeat(1_001),
];

/** One of the texts above, a short random text, or two of the texts joined. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 6 }) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...NASTY_TEXTS), fc.constantFrom(...NASTY_TEXTS)).map((pair) => pair.join('')) },
);
