import { STATUS_CODES, type ServerResponse } from 'node:http';

/** A request that is refused before AdminJS reads it, with its HTTP status. */
export class RefusedRequest extends Error {
  constructor(
    readonly status: 400 | 404 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/** Answers as Nest does. The rest of the body is read and dropped, so that a browser still uploading sees the answer. */
export function answerRefusal({ status, message }: RefusedRequest, response: ServerResponse): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ statusCode: status, error: STATUS_CODES[status], message }));
}
