const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const CRLF = Buffer.from('\r\n');
const EXTRA_DOT = Buffer.from('.');
const END = Buffer.from('.\r\n');
/** Beyond this many pieces, copying the message is faster: a megabyte of short lines with dots took a third of a second (measured). */
const MAX_PIECES = 1_000;

/**
 * Returns a message as it follows DATA, in pieces (RFC 5321 §4.5.2): every line ends in CRLF, a dot at its start is doubled, and a
 * dot on a line of its own ends it. A bare CR or LF becomes CRLF, so that no server sees the end where another sees text.
 */
export function toDataBlock(mime: Buffer): Buffer[] {
  return [...toLines(mime, EXTRA_DOT), END];
}

/** Returns a message as it follows BDAT, in pieces (RFC 3030 §2): every line ends in CRLF. */
export function toChunk(mime: Buffer): Buffer[] {
  return toLines(mime, undefined);
}

/** Returns a message whose lines end in CRLF. `dot` is put before a dot at the start of a line. */
function toLines(mime: Buffer, dot: Buffer | undefined): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  const insert = (at: number, bytes: Buffer): void => {
    if (at > from) pieces.push(mime.subarray(from, at));
    pieces.push(bytes);
    from = at;
  };
  if (dot && mime[0] === DOT) insert(0, dot);
  let cr = mime.indexOf(CR);
  let lf = mime.indexOf(LF);
  while (cr >= 0 || lf >= 0) {
    if (pieces.length > MAX_PIECES) return [copied(mime, dot !== undefined)];
    // The next end of a line: CRLF, a bare CR or a bare LF.
    const isBareLf = lf >= 0 && (cr < 0 || lf < cr);
    const isBareCr = !isBareLf && lf !== cr + 1;
    const next = isBareLf ? lf + 1 : isBareCr ? cr + 1 : lf + 1;
    if (isBareLf || isBareCr) {
      insert(next - 1, CRLF);
      from = next;
    }
    if (dot && mime[next] === DOT) insert(next, dot);
    if (!isBareLf) cr = mime.indexOf(CR, next);
    if (!isBareCr) lf = mime.indexOf(LF, next);
  }
  if (from < mime.length) pieces.push(mime.subarray(from));
  const last = mime[mime.length - 1];
  return [...pieces, ...(last === LF || last === CR ? [] : [CRLF])];
}

/** Returns the same as one piece. */
function copied(mime: Buffer, isDotted: boolean): Buffer {
  // A bare LF becomes two bytes, and so does a dot behind it.
  const copy = Buffer.allocUnsafe(2 * mime.length + CRLF.length);
  let length = 0;
  let isStart = true;
  for (let index = 0; index < mime.length; index += 1) {
    const byte = mime[index]!;
    const isEnd = byte === CR || byte === LF;
    if (isDotted && byte === DOT && isStart) copy[length++] = DOT;
    if (isEnd) {
      copy[length++] = CR;
      copy[length++] = LF;
      if (byte === CR && mime[index + 1] === LF) index += 1;
    } else {
      copy[length++] = byte;
    }
    isStart = isEnd;
  }
  if (!isStart) length += CRLF.copy(copy, length);
  return copy.subarray(0, length);
}
