import { unlink } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { FieldBudget } from './field-budget.js';
import type { PanelRequest, ResolvedLimits } from './panel-request.js';
import { RefusedRequest } from './refused-request.js';

/** Bytes of the headers of one part, which formidable searches for names in more than linear time. */
const MAX_PART_HEADERS = 8 * 1024;

/** The parts of formidable 1 that are replaced here. */
interface Form {
  error: Error | null;
  ended: boolean;
  openedFiles: StoredFile[];
  _parser?: Record<'onPartBegin', () => void> &
    Record<'onHeaderField' | 'onHeaderValue', (bytes: Buffer, start: number, end: number) => void>;
  _error(error: Error): void;
  handlePart(part: Part): void;
  writeHeaders(headers: object): void;
}

interface StoredFile {
  path: string;
  _writeStream: Writable;
  end(done: () => void): void;
}

interface Part {
  name: string | null;
  filename?: string;
}

type Middleware = (request: PanelRequest, response: undefined, next: (error?: Error) => void) => void;
type ExpressFormidable = (options: object, events: { event: string; action: () => void }[]) => Middleware;

let formidable: Promise<{ default: ExpressFormidable }> | undefined;

/**
 * Reads a form with files through the application's own formidable, so that the files have the form that its resources expect.
 * @returns the paths of the stored files
 * @throws RefusedRequest, or the file system's error if a file cannot be stored
 */
export async function readMultipart(request: PanelRequest, limits: ResolvedLimits): Promise<string[]> {
  // Formidable searches the whole header for the type, and stores an octet-stream without a limit.
  if (/octet-stream|urlencoded/i.test(request.headers['content-type']!)) throw new RefusedRequest(400, 'The form’s boundary is malformed.');
  // @ts-expect-error express-formidable has no types.
  formidable ??= import('express-formidable') as Promise<{ default: ExpressFormidable }>;
  const { default: parse } = await formidable;
  const stored: string[] = [];
  // With our own listener, an error is reported once instead of twice.
  const read = parse({ ...limits, ...checks(limits, stored) }, [{ event: 'error', action: () => undefined }]);
  await new Promise<void>((resolve, reject) => read(request, undefined, (error) => (error ? reject(refusal(error)) : resolve())));
  return stored;
}

/** Returns methods for the form that check each part before formidable processes it. */
function checks({ maxFields, maxFiles }: ResolvedLimits, stored: string[]): Partial<Form> & { onPart(part: Part): void } {
  const budget = new FieldBudget(maxFields);
  const check = ({ name, filename }: Part): void => {
    if (name === null || name === '') throw new RefusedRequest(400, 'A part of the form has no name.');
    if (filename !== undefined && stored.length >= maxFiles) {
      throw new RefusedRequest(
        413,
        `The request contains more than ${maxFiles} files. Raise formidableOptions.maxFiles if this is intended.`,
      );
    }
    budget.add(name);
  };
  return {
    onPart(this: Form, part: Part): void {
      // Ignores the rest of the chunk that contained the rejected part.
      if (this.error) return;
      try {
        check(part);
      } catch (error) {
        return this._error(error as Error);
      }
      this.handlePart(part);
      const file = part.filename === undefined ? undefined : this.openedFiles.at(-1);
      if (!file) return;
      stored.push(file.path);
      watch(this, file);
    },
    writeHeaders(this: Form, headers: object): void {
      (Object.getPrototypeOf(this) as Form).writeHeaders.call(this, headers);
      if (this._parser) limitPartHeaders(this, this._parser);
    },
  };
}

function watch(form: Form, file: StoredFile): void {
  const { path, _writeStream: stream } = file;
  const fail = (error: Error): void => {
    // Formidable ignores an error after the end of the body.
    form.ended = false;
    form._error(error);
  };
  // A full disk or a missing folder would end the process.
  stream.on('error', fail);
  const end = file.end.bind(file);
  // Formidable would pass on a file that could not be written.
  file.end = (done) => end(() => (stream.errored ? fail(stream.errored) : done()));
  // Formidable removes the files of a refused form before they exist.
  stream.once('close', () => form.error && void unlink(path).catch(() => undefined));
}

function limitPartHeaders(form: Form, parser: NonNullable<Form['_parser']>): void {
  let bytes = 0;
  const { onPartBegin } = parser;
  parser.onPartBegin = () => {
    bytes = 0;
    onPartBegin();
  };
  for (const event of ['onHeaderField', 'onHeaderValue'] as const) {
    const append = parser[event];
    parser[event] = (chunk, start, end) => {
      bytes += end - start;
      if (bytes <= MAX_PART_HEADERS) append(chunk, start, end);
      else form._error(new RefusedRequest(400, `A part of the form has more than ${MAX_PART_HEADERS} bytes of headers.`));
    };
  }
}

/** Returns the error for a body that formidable cannot read. An error while storing is not the sender's fault, and stays as it is. */
function refusal(error: Error & { code?: string }): Error {
  if (error instanceof RefusedRequest || error.code !== undefined) return error;
  const [, option] = /^(max\w+) exceeded/.exec(error.message) ?? [];
  if (option) return new RefusedRequest(413, `The request is larger than formidableOptions.${option} allows.`);
  return new RefusedRequest(400, 'The form could not be read.');
}
