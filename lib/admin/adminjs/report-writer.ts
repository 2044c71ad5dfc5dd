import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordJSON } from 'adminjs';
import type { TestResponse } from '../../shared/admin-responses.js';
import type { TestStep } from '../../shared/connection-test.js';

/** The Express response behind an action. */
export type PanelResponse = ServerResponse & { req: IncomingMessage; send: (body: unknown) => unknown };

interface ReportWriter {
  /** Aborted when the client disconnects: Stop was pressed, the dialog was closed, or the connection was lost. */
  signal: AbortSignal;
  /** True once lines were sent. An error can then only be reported in a last line. */
  hasStarted: () => boolean;
  step: (step: TestStep) => void;
  end: (result: TestResponse<RecordJSON>) => TestResponse<RecordJSON>;
}

/**
 * Writes the response to a test: one JSON object at the end or, if the client accepts it, one line of JSON per step and one for the
 * report.
 */
export function reportWriter(response: PanelResponse): ReportWriter {
  const disconnected = new AbortController();
  const onClose = (): void => {
    if (!response.writableFinished) disconnected.abort(new Error('The test was stopped.'));
  };
  response.once('close', onClose);
  // The client may have disconnected while permissions and record were read.
  if (response.destroyed) onClose();
  const { signal } = disconnected;
  if (!response.req.headers.accept?.includes('application/x-ndjson'))
    return { signal, hasStarted: () => false, step: () => undefined, end: (result) => result };
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
    end: (result) => {
      start();
      response.end(`${JSON.stringify(result)}\n`);
      // AdminJS sends whatever an action returns, and insists that a record action returns something.
      response.send = () => response;
      return result;
    },
  };
}
