/** The length up to which secrets are not replaced, because such short strings occur everywhere. */
export const MIN_SECRET = 2;
/** The most characters that are read, to limit the work. More is never shown. */
const MAX_TEXT = 8_000;

/** An escaping scheme, and the characters that it may add or drop. */
interface Scheme {
  escape: string;
  dropped: string;
}

const ADDRESS: Scheme = { escape: String.raw`(?<bytes>(?:%[0-9a-f]{2})+)`, dropped: String.raw`\s+` };
const JSON_TEXT: Scheme = { escape: String.raw`(?<units>(?:\\u[0-9a-f]{4})+)`, dropped: String.raw`\s\\` };
const HTML: Scheme = {
  escape: String.raw`&#x(?<hex>[0-9a-f]{1,6});|&#(?<decimal>\d{1,7});|&(?<name>amp|lt|gt|quot|apos);`,
  dropped: String.raw`\s`,
};
const ALL: Scheme = { escape: [ADDRESS, JSON_TEXT, HTML].map(({ escape }) => escape).join('|'), dropped: String.raw`\s+\\` };
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Each scheme on its own, because a secret may contain another scheme's escape; and all of them together, because they may be nested. */
const SCHEMES = [ADDRESS, JSON_TEXT, HTML, ALL].map(({ escape, dropped }) => ({
  token: new RegExp(`${escape}|[${dropped}]`, 'gi'),
  dropped: new RegExp(`[${dropped}]`, 'g'),
}));
const SPACE = { token: /\s/g, dropped: /\s/g };

/** An unescaped string, and the piece of the original for each of its characters. */
interface UnescapedText {
  text: string;
  pieces: (readonly [start: number, end: number])[];
}

/**
 * Makes a function that replaces secrets with `by`: in plain text, and as encoded in forms, URLs, JSON, HTML and base64, even
 * across line breaks. Shortens very long strings.
 */
export function secretReplacer(secrets: readonly string[], by: string): (text: string) => string {
  const long = secrets.filter(({ length }) => length > MIN_SECRET);
  const whole = { ...SPACE, forms: withoutDropped(long.flatMap(formsOf), SPACE.dropped) };
  const ofSchemes = SCHEMES.map((scheme) => ({ ...scheme, forms: withoutDropped([...long, ...long.map(toBase64)], scheme.dropped) }));
  const longest = Math.max(0, ...whole.forms.map(({ length }) => length));
  return (given) => {
    let shown = given.slice(0, MAX_TEXT);
    // Plain text first: together with the preceding text, the first characters of a secret may form an escape.
    for (const { token, dropped, forms } of [whole, ...ofSchemes])
      shown = replaceSecrets(shown, unescape(shown, token, dropped), forms, by);
    // The text may have been cut within a secret.
    return given.length > MAX_TEXT ? shown.slice(0, -longest || undefined) : shown;
  };
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  // Replaces half a surrogate pair, which cannot be encoded.
  const text = bytes.toString('utf8');
  const inAddress = encodeURIComponent(text);
  const inForm = String(new URLSearchParams([['', text]])).slice(1);
  const inLowerCase = inAddress.replace(/%../g, (byte) => byte.toLowerCase());
  return [toBase64(secret), bytes.toString('base64url'), inAddress, inLowerCase, inForm, secret];
}

const toBase64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');

function withoutDropped(texts: string[], dropped: RegExp): string[] {
  return texts.map((text) => text.replace(dropped, '')).filter(({ length }) => length > MIN_SECRET);
}

function replaceSecrets(text: string, spelling: UnescapedText, secrets: readonly string[], by: string): string {
  const hidden = secrets.flatMap((secret) => placesOf(secret, spelling)).sort(([a], [b]) => a - b);
  let shown = '';
  let from = 0;
  for (const [start, end] of hidden) {
    if (start >= from) shown += text.slice(from, start) + by;
    from = Math.max(from, end);
    // Base64 padding.
    while (text[from] === '=') from += 1;
  }
  return shown + text.slice(from);
}

function placesOf(secret: string, { text, pieces }: UnescapedText): [start: number, end: number][] {
  const places: [number, number][] = [];
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
    places.push([pieces[at]![0], pieces[at + secret.length - 1]![1]]);
  }
  return places;
}

/** Unescapes a text and drops characters that the scheme may add. */
function unescape(original: string, token: RegExp, dropped: RegExp): UnescapedText {
  // Removes white space first, because a line may end within an escape.
  const places = [...original.matchAll(/\S/g)].map(({ index }) => index);
  const text = original.replace(/\s/g, '');
  const spelling: UnescapedText = { text: '', pieces: [] };
  let from = 0;
  const keep = (until: number): void => {
    spelling.text += text.slice(from, until);
    for (; from < until; from++) spelling.pieces.push([places[from]!, places[from]! + 1]);
  };
  for (const match of text.matchAll(token)) {
    keep(match.index);
    from += match[0].length;
    const meant = unescapeMatch(match).replace(dropped, '');
    spelling.text += meant;
    const piece = [places[match.index]!, places[from - 1]! + 1] as const;
    for (let unit = 0; unit < meant.length; unit++) spelling.pieces.push(piece);
  }
  keep(text.length);
  return spelling;
}

function unescapeMatch({ groups }: RegExpMatchArray): string {
  const { bytes, units, hex, decimal, name } = groups ?? {};
  if (bytes) return Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8');
  if (units) return units.replace(/\\u(....)/gi, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)));
  if (name) return NAMED[name.toLowerCase()]!;
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal ?? 0);
  return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}
