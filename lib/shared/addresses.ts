/** A name before an address in angle brackets. Only between quotes can the name contain what separates addresses. */
const NAMED = /^((?:"(?:[^"\\]|\\.)*"|[^"<>@,;\\])*)<\s*((?:"(?:[^"\\]|\\.)*"@)?[^<>\s"]+)\s*>$/u;
const QUOTED = /^"((?:[^"\\]|\\.)*)"$/u;
const DOT_STRING = /^(?:[\w.!#$%&'*+\-/=?^`{|}~]|[^\0-\x7f])+$/u;
/** Formatting characters, spaces other than the ASCII one, fillers and variation selectors. */
const INVISIBLE = /\u034f|\u17b4|\u17b5|[\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}\u115f\u1160\u3164\uffa0]|(?! )\p{Zs}/u;
const INVISIBLE_NAMES: Readonly<Record<string, string>> = {
  '00A0': 'no-break space',
  '00AD': 'soft hyphen',
  '2009': 'thin space',
  '200B': 'zero width space',
  '200C': 'zero width non-joiner',
  '200D': 'zero width joiner',
  '200E': 'left-to-right mark',
  '200F': 'right-to-left mark',
  '202A': 'left-to-right embedding',
  '202B': 'right-to-left embedding',
  '202C': 'pop directional formatting',
  '202D': 'left-to-right override',
  '202E': 'right-to-left override',
  '202F': 'narrow no-break space',
  '2060': 'word joiner',
  '2066': 'left-to-right isolate',
  '2067': 'right-to-left isolate',
  '2068': 'first strong isolate',
  '2069': 'pop directional isolate',
  '3000': 'ideographic space',
  FEFF: 'zero width no-break space',
};

/** Returns the parts of `Name <a@b.c>`; undefined for any other text. */
export function splitNamed(text: string): { name: string; address: string } | undefined {
  const [, before, address] = NAMED.exec(text) ?? [];
  if (before === undefined || address === undefined) return undefined;
  const name = before.trim();
  return { name: unquote(name) ?? name, address };
}

/** Splits an address at the `@` before its domain. */
export function splitAddress(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, Math.max(at, 0)), domain: address.slice(at + 1) };
}

/**
 * Returns a local part without quotes that it does not need, so that equal addresses are equal strings; undefined if it is none.
 * Between quotes, what would end or split an address elsewhere (`<`, `>`, `@`) is not accepted.
 */
export function canonicalLocalPart(local: string): string | undefined {
  if (isDotString(local)) return local;
  const content = unquote(local);
  if (!content || /[<>@]/.test(content)) return undefined;
  return isDotString(content) ? content : quoted(content);
}

/** Returns a local part as RFC 5321 §4.1.2 writes it: between quotes unless it consists of atoms and single dots. */
export function standardLocalPart(local: string): string {
  const isStandard = isDotString(local) && !/^\.|\.\.|\.$/.test(local);
  return isStandard || QUOTED.test(local) ? local : quoted(local);
}

/** Returns the first invisible character of a text, e.g. `U+200B "zero width space"`; undefined if there is none. */
export function invisibleCharacter(text: string): string | undefined {
  const [character] = INVISIBLE.exec(text) ?? [];
  if (character === undefined) return undefined;
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  const name = INVISIBLE_NAMES[code];
  return `U+${code}${name === undefined ? '' : ` "${name}"`}`;
}

/** Splits stored addresses at their commas, but not inside quotes. */
export function splitList(addresses: string): string[] {
  return addresses.match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/g)?.map((one) => one.trim()) ?? [''];
}

/** Accepts any dots: some providers gave out `a..b` and `a.`, although RFC 5321 §4.1.2 forbids them. */
const isDotString = (text: string): boolean => DOT_STRING.test(text) && /[^.]/.test(text);

function unquote(text: string): string | undefined {
  return QUOTED.exec(text)?.[1]?.replace(/\\(.)/gu, '$1');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
