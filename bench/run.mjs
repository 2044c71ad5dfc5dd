// Measures the throughput of mail in one run, round by round, with BENCH_N mails per case and BENCH_ROUNDS rounds.
import { writeFile } from 'node:fs/promises';
import { providePostgres } from '../test/support/services/postgres.js';
import { drain, enqueue, idle, nodemailerPool, renderAtOnce, renderByNodemailer, sendNow } from './cases.mjs';
import { postgres, sqlite, startHost } from './host.mjs';
import { startSink } from './sink.mjs';

const n = Number(process.env.BENCH_N ?? 1_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const BASELINE = 'nodemailer-pool-c5';
/** The baseline of rendering. */
const RENDER_BASELINE = 'mime-nodemailer';

const rates = new Map();
const renders = new Map();
const latencies = new Map();
const note = (map, name, values) => map.set(name, [...(map.get(name) ?? []), ...values]);

const service = await providePostgres();
const sink = await startSink();
const hosts = [];
try {
  for (const database of [postgres(service.url), sqlite]) hosts.push({ name: database.name, host: await startHost(database, sink.port) });
  const [{ fsync }] = await hosts[0].host.dataSource.query('SHOW fsync');
  if (fsync !== 'on') process.stdout.write('This PostgreSQL runs with fsync off, so its numbers are not those of a durable queue.\n');
  // A warm-up round, which compiles code and opens connections.
  await round(() => undefined, Math.min(n, 300));
  for (let index = 0; index < rounds; index += 1) await round(note, n);
} finally {
  for (const { host } of hosts) await host.close();
  await sink.stop();
  await service.stop?.();
}
await report();

/** Runs every case once, so that disturbances of the machine affect all of them. */
async function round(keep, mails) {
  const [{ host: first }] = hosts;
  keep(renders, RENDER_BASELINE, [await renderByNodemailer({ n: mails })]);
  keep(renders, 'mime-at-once', [await renderAtOnce({ n: mails })]);
  keep(rates, BASELINE, [await nodemailerPool({ sink, n: mails })]);
  keep(rates, 'send-now-c5', [await sendNow({ sink, n: mails, host: first })]);
  for (const { name, host } of hosts) {
    keep(rates, `enqueue-tx-${name}`, [await enqueue({ n: mails, host })]);
    keep(rates, `outbox-${name}-c5`, [await drain({ sink, n: mails, host })]);
    keep(latencies, `idle-latency-ms-${name}`, await idle({ sink, host }));
  }
}

async function report() {
  const rows = [...rowsOf(rates, BASELINE), ...rowsOf(renders, RENDER_BASELINE)];
  for (const [name, values] of latencies) {
    for (const [suffix, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
    ])
      rows.push({
        name: `${name}-${suffix}`,
        rate: round1(quantile(values, share)),
        ratio: null,
        min: round1(Math.min(...values)),
        max: round1(Math.max(...values)),
        unit: 'ms',
        n: values.length,
      });
  }
  await writeFile(new URL('./results.json', import.meta.url), `${JSON.stringify({ baseline: BASELINE, rows }, null, 2)}\n`);
  const line = (name, ...cells) => `${name.padEnd(30)}${cells.map((cell) => String(cell).padStart(10)).join('')}\n`;
  process.stdout.write(line('', 'median', 'ratio', 'min', 'max', 'unit'));
  for (const { name, rate, ratio, min, max, unit } of rows) process.stdout.write(line(name, rate, ratio?.toFixed(2) ?? '', min, max, unit));
}

/** Returns the rows of the cases, each with its ratio to the baseline of the same round. */
function rowsOf(map, baseline) {
  return [...map].map(([name, values]) => ({
    name,
    rate: round1(quantile(values, 0.5)),
    ratio: round2(
      quantile(
        values.map((value, index) => value / map.get(baseline)[index]),
        0.5,
      ),
    ),
    min: round1(Math.min(...values)),
    max: round1(Math.max(...values)),
    unit: 'mails/s',
    n: values.length * n,
  }));
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function round1(value) {
  return Math.round(value * 10) / 10;
}

function round2(value) {
  return Math.round(value * 100) / 100;
}
