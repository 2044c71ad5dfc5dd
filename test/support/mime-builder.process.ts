import { syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';
import { compose } from '../../lib/message/compose.js';
import { checkMessage } from '../../lib/message/check-message.js';
import { buildMime } from '../../lib/message/mime.js';
import { MimeBuilder } from '../../lib/message/mime-builder.js';
import { serveParent } from './processes/serve-parent.js';

const sender = {
  fromName: 'Müller',
  fromAddress: 'no-reply@acme.io',
  username: null,
  replyTo: null,
  signature: 'Acme',
  cc: [],
  bcc: ['archive@acme.io'],
  copyActivities: ['general'],
};
// Imitates Node's permission model, which cannot be used here because the tests' loader needs a thread.
if ((JSON.parse(process.env.TEST_PROCESS ?? '{}') as { forbidsThreads?: boolean }).forbidsThreads) {
  workerThreads.Worker = class {
    constructor() {
      throw Object.assign(new Error('Access to this API has been restricted'), { code: 'ERR_ACCESS_DENIED' });
    }
  } as unknown as typeof workerThreads.Worker;
  syncBuiltinESMExports();
}
const builder = new MimeBuilder();

/** Builds mails at the same time, and ends the thread halfway if requested. */
serveParent(async ({ count, closes }: { count: number; closes: boolean }) => {
  const mails = Array.from({ length: count }, (_, index) =>
    compose(checkMessage({ to: 'a@b.c', subject: `Über ${index}`, text: `Größe ${index}\n`.repeat(40) }, new Set(['general'])), sender, {
      isSensitive: false,
    }),
  );
  const built = mails.map((mail, index) => builder.build(mail, { keepBcc: index % 2 === 0 }));
  const hadThread = await new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(builder.hasThread))));
  if (closes) builder.close();
  const expected = await Promise.all(mails.map((mail, index) => buildMime(mail, { keepBcc: index % 2 === 0 })));
  const results = await Promise.all(built);
  return { hadThread, equal: results.filter((mime, index) => mime.equals(expected[index]!)).length, hasThread: builder.hasThread };
});
