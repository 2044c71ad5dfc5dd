import { randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { checkMessage } from '../dist/message/check-message.js';
import { compose } from '../dist/message/compose.js';
import { buildSmall, compile } from '../dist/message/mime.js';
import { resolveEgress } from '../dist/options/egress.js';
import { SmtpTransport } from '../dist/transport/smtp/smtp.transport.js';

const IDLE_SENDS = 50;
const CONNECTIONS = 5;
const GRACE_MS = 10_000;
/** The concurrency of a busy application. */
const PARALLEL = 20;
const TEXT = 'It was the best of times, it was the worst of times, it was the age of wisdom, it was the age.\r\n'.repeat(105);

/** The sender of the cases that need no database. */
const SENDER = {
  fromName: null,
  fromAddress: 'shop@example.com',
  username: null,
  replyTo: null,
  signature: null,
  cc: [],
  bcc: [],
  copyActivities: [],
};

const mailOf = (index, config) => ({ to: 'reader@example.com', subject: `Invoice ${index}`, text: TEXT, config });
const composed = (index) => compose(checkMessage(mailOf(index), new Set(['general'])), SENDER, { isSensitive: false });

/** Measures raw nodemailer with its pool, in mails per second: the baseline for everything else. */
export async function nodemailerPool({ sink, n }) {
  const pool = createTransport({
    host: '127.0.0.1',
    port: sink.port,
    secure: false,
    ignoreTLS: sink.security === 'none',
    requireTLS: sink.security === 'starttls',
    tls: { ca: sink.ca },
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: Infinity,
  });
  try {
    const { to, text } = mailOf(0);
    const mail = (index) => ({ from: 'shop@example.com', to, subject: `Invoice ${index}`, text });
    return await sending(sink, n, (index) => pool.sendMail(mail(index)));
  } finally {
    pool.close();
  }
}

/** Measures the package's SMTP connections alone, without a database, and with CHUNKING for a depth over 1. */
export async function transport({ sink, n, pipelineDepth = 1 }) {
  const { port, security, ca } = sink;
  const pool = new SmtpTransport({
    host: '127.0.0.1',
    port,
    security,
    ca: ca ? [ca] : [],
    egress: resolveEgress(),
    maxConnections: CONNECTIONS,
    pipelineDepth,
  });
  const parallel = Math.max(PARALLEL, CONNECTIONS * (pipelineDepth + 1));
  try {
    return await sending(sink, n, (index) => pool.send(composed(index)), parallel);
  } finally {
    await pool.close();
  }
}

export async function sendNow({ sink, n, host, config }) {
  return sending(sink, n, (index) => host.mail.sendNow(mailOf(index, config)));
}

/** Sends `n` mails, several at a time. Returns mails per second, and the milliseconds of processor time of this process per mail. */
async function sending(sink, n, send, parallel = PARALLEL) {
  const before = process.cpuUsage();
  const run = await sink.during(n, () => inParallel(n, send, parallel));
  const { user, system } = process.cpuUsage(before);
  return { rate: rate(n, run), cpuMs: (user + system) / 1_000 / n };
}

/** Measures transactions with one row of the host and one mail, one after the other. */
export async function enqueue({ n, host, config }) {
  const started = performance.now();
  for (let index = 0; index < n; index += 1) {
    await host.dataSource.transaction(async (manager) => {
      await manager.query(`INSERT INTO host_order (id, customer) VALUES ('${randomUUID()}', 'Reader ${index}')`);
      await host.mail.send(mailOf(index, config), { manager });
    });
  }
  return rate(n, { ms: performance.now() - started });
}

/** Measures from the start of the dispatcher until the `n` mails in the table have reached the sink and are acknowledged. */
export async function drain({ sink, n, host }) {
  const started = performance.now();
  await sink.during(n, async () => host.dispatcher.start());
  await acknowledged(host);
  const ms = performance.now() - started;
  await host.dispatcher.stop(GRACE_MS);
  return rate(n, { ms });
}

/** Measures milliseconds from the end of `send` to DATA at the sink, without other load. */
export async function idle({ sink, host, config }) {
  host.dispatcher.start();
  const latencies = [];
  for (let index = 0; index < IDLE_SENDS; index += 1) {
    const { result, dataAt } = await sink.during(1, async () => {
      await host.mail.send(mailOf(index, config));
      return process.hrtime.bigint();
    });
    // DATA may arrive before `send` returns, because the queue is nudged as soon as the row is committed.
    latencies.push(Math.max(0, Number(dataAt - result) / 1e6));
    await acknowledged(host);
  }
  await host.dispatcher.stop(GRACE_MS);
  return latencies;
}

/** Measures rendering with nodemailer's streams, in mails per second. */
export const renderByNodemailer = ({ n }) => renderAll(n, (mail) => compile(mail).build());

/** Measures rendering in one go, as the package does with short texts, in mails per second. */
export const renderAtOnce = ({ n }) => renderAll(n, async (mail) => Buffer.from(buildSmall(mail, { keepBcc: false })));

async function renderAll(n, render) {
  const mails = Array.from({ length: n }, (_, index) => composed(index));
  const started = performance.now();
  for (const mail of mails) await render(mail);
  return rate(n, { ms: performance.now() - started });
}

/** Resolves when all messages in the table are sent and acknowledged. */
async function acknowledged({ dataSource }) {
  const open = `SELECT 1 FROM smtp_message WHERE status IN ('queued', 'sending') LIMIT 1`;
  while ((await dataSource.query(open)).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
}

const rate = (n, { ms }) => (n / ms) * 1_000;

async function inParallel(n, send, parallel) {
  let next = 0;
  const lane = async () => {
    while (next < n) await send(next++);
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}
