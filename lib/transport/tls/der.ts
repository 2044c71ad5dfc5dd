/** An element of a DER encoding (X.690 §8.1). */
interface Element {
  tag: number;
  content: Buffer;
  /** Tag, length and content. */
  bytes: Buffer;
}

const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;
/** The tag `[3]` of a certificate's extensions (RFC 5280 §4.1). */
const EXTENSIONS = 0xa3;
/** 2.5.29.15 (RFC 5280 §4.2.1.3). */
const KEY_USAGE = Buffer.from('551d0f', 'hex');

/**
 * Returns a certificate without its key usage, in DER. Its signature no longer matches; everything else is unchanged.
 * @throws RangeError for bytes that are not DER
 */
export function withoutKeyUsage(certificate: Buffer): Buffer {
  const [tbs, ...signature] = elementsOf(onlyElement(certificate).content);
  const fields = elementsOf(tbs!.content).map((field) => (field.tag === EXTENSIONS ? strip(field) : field.bytes));
  return encode(SEQUENCE, [encode(SEQUENCE, fields), ...signature.map(({ bytes }) => bytes)]);
}

function strip({ content }: Element): Buffer {
  const kept = elementsOf(onlyElement(content).content).filter((extension) => !isKeyUsage(extension));
  // OpenSSL does not read an empty list of extensions.
  return kept.length === 0
    ? Buffer.alloc(0)
    : encode(EXTENSIONS, [
        encode(
          SEQUENCE,
          kept.map(({ bytes }) => bytes),
        ),
      ]);
}

function isKeyUsage({ content }: Element): boolean {
  const [id] = elementsOf(content);
  return id?.tag === OBJECT_IDENTIFIER && id.content.equals(KEY_USAGE);
}

function onlyElement(bytes: Buffer): Element {
  const elements = elementsOf(bytes);
  if (elements.length !== 1) throw new RangeError('Expected exactly one element.');
  return elements[0]!;
}

function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const { start, end } = extentAt(bytes, at);
    if (end > bytes.length) throw new RangeError('An element is longer than its container.');
    elements.push({ tag: bytes[at]!, content: bytes.subarray(start, end), bytes: bytes.subarray(at, end) });
    at = end;
  }
  return elements;
}

/** Returns the start and end of the content of the element at `at`. */
function extentAt(bytes: Buffer, at: number): { start: number; end: number } {
  const first = bytes.readUInt8(at + 1);
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  // 0x80 means an indefinite length, and no certificate needs more than four bytes of length.
  const size = first & 0x7f;
  if (size === 0 || size > 4) throw new RangeError('The length is not definite.');
  const start = at + 2 + size;
  return { start, end: start + bytes.readUIntBE(at + 2, size) };
}

function encode(tag: number, parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const header = [tag, content.length];
  if (content.length >= 0x80) {
    const length = content.length.toString(16);
    const bytes = Buffer.from(length.padStart(length.length + (length.length % 2), '0'), 'hex');
    header.splice(1, 1, 0x80 | bytes.length, ...bytes);
  }
  return Buffer.concat([Buffer.from(header), content]);
}
