import type { ServerResponse } from 'node:http';

const NAMES = { 400: 'Bad Request', 404: 'Not Found', 413: 'Payload Too Large', 415: 'Unsupported Media Type' };

/** The error for a request that is refused before AdminJS reads it, with its HTTP status. */
export class RefusedRequest extends Error {
  constructor(
    readonly status: keyof typeof NAMES,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Sends the refusal in Nest's format. The rest of the body is read and dropped, so that a browser that is still uploading gets the
 * response.
 */
export function sendRefusal({ status, message }: RefusedRequest, response: ServerResponse): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ statusCode: status, error: NAMES[status], message }));
}
