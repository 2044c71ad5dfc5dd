const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** Returns the certificates of a PEM string unchanged, readable or not. */
export function certificateBlocks(pem: string | null): string[] {
  return blocksOf(pem ?? '').blocks;
}

/** True if the last certificate of a PEM string has no end. */
export function isTruncated(pem: string): boolean {
  const { rest } = blocksOf(pem);
  return rest.includes(BEGIN);
}

/** Splits a PEM string in one pass. A regular expression would search for the end again after each beginning. */
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
