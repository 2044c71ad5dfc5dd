// Measures the throughput of mail in one run, round by round, with BENCH_N mails per case and BENCH_ROUNDS rounds.
import { writeFile } from 'node:fs/promises';
import { createPrivateCa } from '../dist/testing/index.js';
import { providePostgres } from '../test/support/services/postgres.js';
import { drain, enqueue, idle, nodemailerPool, renderAtOnce, renderByNodemailer, sendNow, transport } from './cases.mjs';
import { postgres, sqlite, startHost } from './host.mjs';
import { startSink } from './sink.mjs';

const n = Number(process.env.BENCH_N ?? 1_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
/** The baseline of a network is nodemailer's pool over that network. */
const BASELINE = 'nodemailer-pool-c5';
/** The baseline of rendering. */
const RENDER_BASELINE = 'mime-nodemailer';
/** Networks to the server: milliseconds in each direction, STARTTLS, and the part of the mails that is sent over them. */
const NETWORKS = [
  { name: '', delay: 0, share: 1 },
  { name: '-20ms', delay: 10, share: 0.3 },
  { name: '-50ms', delay: 25, share: 0.15 },
  { name: '-20ms-starttls', delay: 10, share: 0.3, isEncrypted: true },
];

/** The results of the cases by name, each with the name of its baseline, in the order of the table. */
const cases = new Map();
const latencies = new Map();

const service = await providePostgres();
const tls = await (await createPrivateCa('Private CA of the bench')).issue();
const networks = [];
const hosts = [];
try {
  for (const network of NETWORKS) {
    const sink = await startSink({ delay: network.delay, tls: network.isEncrypted ? tls : undefined });
    networks.push({ ...network, sink, config: `sink${network.name}`.replaceAll('-', '_') });
  }
  const sinks = networks.map(({ config, sink }) => [config, sink]);
  for (const database of [postgres(service.url), sqlite]) hosts.push({ name: database.name, host: await startHost(database, sinks) });
  const [{ fsync }] = await hosts[0].host.dataSource.query('SHOW fsync');
  if (fsync !== 'on') process.stdout.write('This PostgreSQL runs with fsync off, so its numbers are not those of a durable queue.\n');
  // A warm-up round, which compiles code and opens connections.
  await round(Math.min(n, 300));
  cases.clear();
  latencies.clear();
  for (let index = 0; index < rounds; index += 1) await round(n);
} finally {
  for (const { host } of hosts) await host.close();
  for (const { sink } of networks) await sink.stop();
  await service.stop?.();
}
await report();

/** Runs every case once, so that disturbances of the machine affect all of them. */
async function round(mails) {
  keep(RENDER_BASELINE, RENDER_BASELINE, { rate: await renderByNodemailer({ n: mails }) });
  keep('mime-at-once', RENDER_BASELINE, { rate: await renderAtOnce({ n: mails }) });
  for (const { name: network, sink, config, share } of networks) {
    const sent = Math.ceil(mails * share);
    const baseline = `${BASELINE}${network}`;
    keep(baseline, baseline, await nodemailerPool({ sink, n: sent }));
    keep(`transport-c5${network}`, baseline, await transport({ sink, n: sent }));
    keep(`transport-c5-depth-8${network}`, baseline, await transport({ sink, n: sent, pipelineDepth: 8 }));
    keep(`send-now-c5${network}`, baseline, await sendNow({ sink, n: sent, host: hosts[0].host, config }));
    for (const { name, host } of hosts) {
      const queued = await enqueue({ n: sent, host, config });
      if (network === '') keep(`enqueue-tx-${name}`, baseline, { rate: queued });
      keep(`outbox-${name}-c5${network}`, baseline, { rate: await drain({ sink, n: sent, host }) });
    }
  }
  const [{ sink, config }] = networks;
  for (const { name, host } of hosts) {
    const key = `idle-latency-ms-${name}`;
    latencies.set(key, [...(latencies.get(key) ?? []), ...(await idle({ sink, host, config }))]);
  }
}

function keep(name, baseline, result) {
  const { results = [] } = cases.get(name) ?? {};
  cases.set(name, { baseline, results: [...results, result] });
}

async function report() {
  const rows = [...cases].map(([name, { baseline, results }]) => rowOf(name, results, cases.get(baseline).results));
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
  const line = (name, ...cells) => `${name.padEnd(36)}${cells.map((cell) => String(cell).padStart(10)).join('')}\n`;
  process.stdout.write(line('', 'median', 'ratio', 'min', 'max', 'unit', 'CPU ms'));
  for (const { name, rate, ratio, min, max, unit, cpuMs } of rows)
    process.stdout.write(line(name, rate, ratio?.toFixed(2) ?? '', min, max, unit, cpuMs ?? ''));
}

/** Returns the row of a case, with its ratio to the baseline of the same round. */
function rowOf(name, results, baseline) {
  const rates = results.map(({ rate }) => rate);
  const times = results.flatMap(({ cpuMs }) => cpuMs ?? []);
  return {
    name,
    rate: round1(quantile(rates, 0.5)),
    ratio: round2(
      quantile(
        rates.map((rate, index) => rate / baseline[index].rate),
        0.5,
      ),
    ),
    min: round1(Math.min(...rates)),
    max: round1(Math.max(...rates)),
    unit: 'mails/s',
    ...(times.length > 0 && { cpuMs: round2(quantile(times, 0.5)) }),
    n: results.length,
  };
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
