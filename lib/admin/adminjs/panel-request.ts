import type { IncomingMessage } from 'node:http';

/** The limits of a request to the panel. They are part of AdminJS's `formidableOptions`; the other options are passed to formidable. */
export interface RequestLimits {
  /** Values in the query, and in the body. @default 500 */
  maxFields?: number;
  /** Bytes of a body without its files. @default 2 MB */
  maxFieldsSize?: number;
  /** Files of one request. @default 20 */
  maxFiles?: number;
  /** Bytes of all files of one request. @default 200 MB, formidable's own */
  maxFileSize?: number;
}

/** {@link RequestLimits} with its defaults. */
export type ResolvedLimits = Required<Omit<RequestLimits, 'maxFileSize'>>;

/** A request as Express and AdminJS's router extend it. */
export interface PanelRequest extends IncomingMessage {
  query?: object;
  fields?: Record<string, unknown>;
  files?: object;
  express_formidable?: { parsed: boolean };
  session?: { adminUser?: unknown };
  /** Set by body parsers. */
  _body?: boolean;
}
