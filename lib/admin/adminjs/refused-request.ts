import type { ServerResponse } from 'node:http';

const NAMES = { 400: 'Bad Request', 404: 'Not Found', 413: 'Payload Too Large', 415: 'Unsupported Media Type' };

/** A request that is refused before AdminJS reads it, with its HTTP status. */
export class RefusedRequest extends Error {
  constructor(
    readonly status: keyof typeof NAMES,
    message: string,
  ) {
    super(message);
  }
}

/** Answers as Nest does. The rest of the body is read and dropped, so that a browser still uploading sees the answer. */
export function answerRefusal({ status, message }: RefusedRequest, response: ServerResponse): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ statusCode: status, error: NAMES[status], message }));
}
