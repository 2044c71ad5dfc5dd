import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordJSON } from 'adminjs';
import type { TestAnswer } from '../../shared/admin-answers.js';
import type { TestStep } from '../../shared/connection-test.js';

/** The Express response behind an action. */
export type ServerReply = ServerResponse & { req: IncomingMessage; send: (body: unknown) => unknown };

interface ReportWriter {
  /** Aborted when whoever asked has gone: pressed Stop, closed the dialog or lost the connection. */
  signal: AbortSignal;
  /** True once lines were sent: an error can then only be told in a last line. */
  hasStarted: () => boolean;
  step: (step: TestStep) => void;
  end: (answer: TestAnswer<RecordJSON>) => TestAnswer<RecordJSON>;
}

/** Answers a test: as one JSON at its end or, to those who accept it, as a line of JSON a step and one more for the report. */
export function reportWriter(response: ServerReply): ReportWriter {
  const gone = new AbortController();
  const leave = (): void => {
    if (!response.writableFinished) gone.abort(new Error('The test was stopped.'));
  };
  response.once('close', leave);
  // The client may have disconnected while permissions and record were read.
  if (response.destroyed) leave();
  const { signal } = gone;
  if (!response.req.headers.accept?.includes('application/x-ndjson'))
    return { signal, hasStarted: () => false, step: () => undefined, end: (answer) => answer };
  const start = (): void => {
    if (response.headersSent) return;
    // `X-Accel-Buffering` keeps nginx from holding the lines back.
    response.writeHead(200, {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
  };
  return {
    signal,
    hasStarted: () => response.headersSent,
    step: (step) => {
      start();
      response.write(`${JSON.stringify(step)}\n`);
    },
    end: (answer) => {
      start();
      response.end(`${JSON.stringify(answer)}\n`);
      // AdminJS sends whatever an action returns, and insists that a record action returns something.
      response.send = () => response;
      return answer;
    },
  };
}
