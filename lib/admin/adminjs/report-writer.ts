import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordJSON } from 'adminjs';
import type { TestAnswer } from '../../shared/admin-answers.js';
import type { TestStep } from '../../shared/connection-test.js';

/** The Express response behind an action. */
export type ServerReply = ServerResponse & { req: IncomingMessage; send: (body: unknown) => unknown };

interface ReportWriter {
  /** Aborted when the client disconnects: Stop was pressed, the dialog was closed, or the connection was lost. */
  signal: AbortSignal;
  /** True once lines were sent. An error can then only be reported in a last line. */
  hasStarted: () => boolean;
  step: (step: TestStep) => void;
  end: (answer: TestAnswer<RecordJSON>) => TestAnswer<RecordJSON>;
}

/**
 * Writes the response to a test: one JSON object at the end or, if the client accepts it, one line of JSON per step and one for the
 * report.
 */
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
    // `X-Accel-Buffering` keeps nginx from buffering the lines.
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
