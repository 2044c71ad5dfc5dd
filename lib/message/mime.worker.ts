import { parentPort } from 'node:worker_threads';
import type { ComposedMail } from './compose.js';
import { buildSmall } from './mime.js';

/** A mail to render in the thread. */
export interface MimeJob {
  id: number;
  mail: ComposedMail;
  keepBcc: boolean;
}

/** The rendered mail, or the error. */
export interface MimeResult {
  id: number;
  mime?: Uint8Array<ArrayBuffer>;
  error?: unknown;
}

parentPort?.on('message', (jobs: MimeJob[]) => {
  const results = jobs.map(render);
  const bytes = results.flatMap(({ mime }) => (mime ? [mime.buffer] : []));
  parentPort!.postMessage(results, bytes);
});

function render({ id, mail, keepBcc }: MimeJob): MimeResult {
  try {
    // A buffer of its own, not a part of Node's pool: it is transferred, not copied.
    return { id, mime: new TextEncoder().encode(buildSmall(mail, { keepBcc })) };
  } catch (error) {
    return { id, error };
  }
}
