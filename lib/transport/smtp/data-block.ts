const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const CRLF = Buffer.from('\r\n');
const EXTRA_DOT = Buffer.from('.');
const END = Buffer.from('.\r\n');

/**
 * Returns a message as it follows DATA, in pieces (RFC 5321 §4.5.2): every line ends in CRLF, a dot at its start is doubled, and a
 * dot on a line of its own ends it. A bare CR or LF becomes CRLF, so that no server sees the end where another sees text.
 */
export function toDataBlock(mime: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  const insert = (at: number, bytes: Buffer): void => {
    if (at > from) pieces.push(mime.subarray(from, at));
    pieces.push(bytes);
    from = at;
  };
  if (mime[0] === DOT) insert(0, EXTRA_DOT);
  let cr = mime.indexOf(CR);
  let lf = mime.indexOf(LF);
  while (cr >= 0 || lf >= 0) {
    // The next end of a line: CRLF, a bare CR or a bare LF.
    const isBareLf = lf >= 0 && (cr < 0 || lf < cr);
    const isBareCr = !isBareLf && lf !== cr + 1;
    const next = isBareLf ? lf + 1 : isBareCr ? cr + 1 : lf + 1;
    if (isBareLf || isBareCr) {
      insert(next - 1, CRLF);
      from = next;
    }
    if (mime[next] === DOT) insert(next, EXTRA_DOT);
    if (!isBareLf) cr = mime.indexOf(CR, next);
    if (!isBareCr) lf = mime.indexOf(LF, next);
  }
  if (from < mime.length) pieces.push(mime.subarray(from));
  const last = mime[mime.length - 1];
  return [...pieces, ...(last === LF || last === CR ? [] : [CRLF]), END];
}
