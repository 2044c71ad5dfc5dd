import { once } from 'node:events';
import { AppError, type ActionContext, type ActionRequest, type Before, ForbiddenError, NotFoundError } from 'adminjs';
import type { ServerResponse } from 'node:http';
import { MailError } from '../../shared/mail-error.js';
import { withAdminErrors } from './admin-errors.js';
import type { Handler } from './on-post.js';
import type { PanelResponse } from './report-writer.js';

/** The name and the type of a file. */
export interface FileHead {
  /** A name that {@link safeFilename} returned. */
  filename: string;
  contentType: string;
  /** Further headers. */
  headers?: Record<string, string>;
}

/** Characters that a file system or a shell treats specially, control characters, and those that reverse the order of the others. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029/\\:*?"<>|]+/gu;
/** Names of devices on Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;
/** Fits every file system in bytes, together with the number that a browser may add. */
const MAX_CHARACTERS = 80;

/**
 * Returns a name that is safe on every system: without a path, a hidden file, a device, or a disguised extension.
 * @param fallback the name if nothing remains
 * @param extension added unless the name has it; without it, the name keeps its own
 */
export function safeFilename(name: string, fallback: string, extension?: string): string {
  const clean = name
    .replace(UNSAFE, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.~-]+|[\s.]+$/g, '')
    .replace(DEVICE, '_$1');
  const own = extension ?? /\.[\p{L}\p{N}]{1,10}$/u.exec(clean)?.[0] ?? '';
  const base = clean.toLowerCase().endsWith(own.toLowerCase()) ? clean.slice(0, clean.length - own.length) : clean;
  const short = [...base].slice(0, MAX_CHARACTERS).join('').trim();
  return (short || fallback) + own;
}

/** Returns the header that makes browsers store a response under a name (RFC 6266), whatever its characters (RFC 8187). */
export function contentDisposition(filename: string): string {
  const ascii = filename.replace(/[^\x20-\x7e]|[%"\\]/g, '_');
  const encoded = encodeURIComponent(filename).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/**
 * Sends a file instead of AdminJS's JSON. Browsers store it and never show it. Reads the content no faster than the client does,
 * and stops when the client disconnects. If reading fails halfway, the connection is closed, so that no client takes the file for
 * complete.
 */
export async function sendFile(
  response: PanelResponse,
  { filename, contentType, headers }: FileHead,
  content: Buffer | AsyncIterable<string>,
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': contentType,
    'Content-Disposition': contentDisposition(filename),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
    ...(Buffer.isBuffer(content) && { 'Content-Length': String(content.length) }),
    ...headers,
  });
  // AdminJS sends whatever an action returns.
  response.send = () => response;
  if (Buffer.isBuffer(content)) return void response.end(content);
  try {
    for await (const chunk of content) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await writable(response);
    }
    response.end();
  } catch (error) {
    await withAdminErrors(() => Promise.reject(error)).catch(() => undefined);
    response.destroy();
  }
}

/** Resolves when more can be written, or when the client is gone. */
async function writable(response: ServerResponse): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const ends = ['drain', 'close'].map((event) => once(response, event, { signal }).catch(() => undefined));
  if (!response.destroyed) await Promise.race(ends);
  stop.abort();
}

/**
 * Gives the refusals of a download their HTTP status. AdminJS responds to all with 200, and a client that expects a file would
 * store the JSON.
 */
export function withStatus<T>(work: Handler<T>): Handler<T> {
  return async (request, response, context) => {
    try {
      return await work(request, response, context);
    } catch (error) {
      if (!response.headersSent) response.statusCode = statusOf(error);
      return withAdminErrors(() => Promise.reject(error));
    }
  };
}

/** Adds the HTTP status of refusals to the hooks of a download. */
export function downloadHooks<Hooks extends { before: Before }>(hooks: Hooks): Hooks {
  const before = async (request: ActionRequest, context: ActionContext): Promise<ActionRequest> => {
    try {
      return await hooks.before(request, context);
    } catch (error) {
      const { res } = request as unknown as { res?: ServerResponse };
      if (res) res.statusCode = statusOf(error);
      throw error;
    }
  };
  return { ...hooks, before };
}

const STATUS: Partial<Record<MailError['code'], number>> = { FORBIDDEN: 403, NOT_FOUND: 404, UNAVAILABLE: 409 };

function statusOf(error: unknown): number {
  if (error instanceof MailError) return STATUS[error.code] ?? 400;
  if (error instanceof ForbiddenError) return 403;
  if (error instanceof NotFoundError) return 404;
  return error instanceof AppError ? 400 : 500;
}
