const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** Returns the certificates of a PEM text as they are, readable or not. */
export function certificateBlocks(pem: string | null): string[] {
  return blocksOf(pem ?? '').blocks;
}

/** Returns true when the last certificate of a PEM text has no end. */
export function isCut(pem: string): boolean {
  const { rest } = blocksOf(pem);
  return rest.includes(BEGIN);
}

/** Searches for an end once: a regular expression would search again after each beginning. */
function blocksOf(pem: string): { blocks: string[]; rest: string } {
  const blocks: string[] = [];
  let at = 0;
  for (;;) {
    const begin = pem.indexOf(BEGIN, at);
    const end = begin < 0 ? -1 : pem.indexOf(END, begin);
    if (end < 0) return { blocks, rest: pem.slice(at) };
    at = end + END.length;
    blocks.push(pem.slice(begin, at));
  }
}
