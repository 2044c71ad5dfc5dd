// Runs the tests that depend on the time with six combinations of time, time zone and language: `npm run test:clocks`, or one of
// them by its number: `npm run test:clocks -- 2`. With `--no-browser`, the tests in a browser are left out. libfaketime moves the clock of all processes of a run, including SQLite's. A
// database server has its own clock, so only SQLite is used.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideChromium } from '../test/support/services/chromium.js';
import { canInstall, installPackage } from '../test/support/services/shell.js';

const MINUTE = 60_000;

/** The specs, each with the reason why it depends on the time. */
const SPECS = {
  'admin/certificates.api': 'validity of certificates, on the database',
  'admin/components/certificates': 'days that are left',
  'admin/components/test-stream': 'ages in words, dates in a language',
  'admin/components/texts': 'dates in a language',
  'admin/components/traffic': 'hours and days of a time zone',
  'admin/smtp-message.api': 'filters by time',
  'admin/smtp-overview.api': 'quarters of an hour',
  'audit/smtp-audit.service': 'retention',
  'azure-key-vault/azure-key-vault': 'expiry of secrets',
  'e2e/certificates': 'days that are left, in a browser',
  'e2e/mail-log': 'times and the day, in a browser',
  'e2e/overview': 'hours, days and ages, in a browser',
  'outbox/faults/clocks': 'clocks that differ',
  'outbox/mail-log.service': 'the day, filters by time',
  'outbox/mail-overview.service': 'quarters of an hour, the last 24 hours, ages',
  'outbox/outbox': 'mail for later, and mail that expires',
  'outbox/retention': 'retention, ids made of the time',
  'secret/secret-cache': 'expiry of secrets',
  'testing/inbox': 'dates of mail, validity of certificates',
  'transport/diagnose': 'days that are left, as a test says it',
  'transport/entra-token': 'expiry of tokens',
  'transport/failures': 'dates in causes',
  'transport/fetch-chain': 'validity of certificates',
  'transport/graph.transport': 'Retry-After as a date',
  'transport/pem-facts': 'validity of certificates',
};

/**
 * The combinations. Their times are always in the future, so that nothing the tests create, such as certificates, is older than the
 * machine's clock.
 */
const COMBINATIONS = [
  { name: 'late in the evening', zone: 'UTC', locale: 'C', at: localTime('UTC', { hour: 21, minute: 50 }) },
  {
    name: '29 February has begun',
    zone: 'America/St_Johns',
    locale: 'de_DE.UTF-8',
    at: localTime('America/St_Johns', { month: 2, day: 29, hour: 0, minute: 5 }),
  },
  {
    name: 'a year ends within the run',
    zone: 'Asia/Kathmandu',
    locale: 'ne_NP.UTF-8',
    at: localTime('Asia/Kathmandu', { month: 12, day: 31, hour: 23, minute: 59 }),
  },
  { name: 'an hour is left out within the run', zone: 'Europe/Berlin', locale: 'ja_JP.UTF-8', at: change('Europe/Berlin', 1) - MINUTE },
  {
    name: 'an hour comes again within the run',
    zone: 'America/New_York',
    locale: 'en_US.UTF-8',
    at: change('America/New_York', -1) - MINUTE,
  },
  {
    name: 'half an hour came again',
    zone: 'Australia/Lord_Howe',
    locale: 'ar_EG.UTF-8',
    at: change('Australia/Lord_Howe', -1) + 5 * MINUTE,
  },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const [chosen] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const hasBrowser = !process.argv.includes('--no-browser');
const specs = Object.keys(SPECS).filter((spec) => hasBrowser || !spec.startsWith('e2e/'));
const numbers = chosen === undefined ? COMBINATIONS.map((_, index) => index + 1) : [Number(chosen)];
if (!numbers.every((number) => COMBINATIONS[number - 1])) fail(`Combination ${chosen} does not exist. Use 1 to ${COMBINATIONS.length}.`);
const missing = Object.keys(SPECS).filter((spec) => !existsSync(join(root, `test/${spec}.spec.ts`)));
if (missing.length > 0) fail(`These specs do not exist. Correct the list in scripts/test-clocks.mjs: ${missing.join(', ')}`);
if (!existsSync(join(root, 'example-app/dist/main.js')))
  fail('The example app is not built. Run `npm run build && npm run build --workspace example-app`.');

const library = await provideFaketime();
if (hasBrowser) process.env.CHROMIUM_PATH = await provideChromium();

const table = [];
for (const number of numbers) {
  const { name, zone, locale, at } = COMBINATIONS[number - 1];
  const local = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at);
  console.log(`\n${number}: ${name}: ${local} in ${zone}, LANG=${locale}`);
  const began = performance.now();
  const { passed, failed } = await run(number, { zone, locale, at });
  table.push({
    '#': number,
    what: name,
    time: local,
    zone,
    locale,
    passed,
    failed,
    seconds: Math.round((performance.now() - began) / 1_000),
  });
}
console.log();
console.table(Object.fromEntries(table.map(({ '#': number, ...row }) => [number, row])));
if (table.some(({ passed, failed }) => failed > 0 || passed === 0)) process.exitCode = 1;

/** Runs the specs with the given time and zone. Keeps the results in a file for CI. */
async function run(number, { zone, locale, at }) {
  const results = join(root, `test-results.clocks-${number}.json`);
  rmSync(results, { force: true });
  const env = {
    ...process.env,
    TZ: zone,
    LANG: locale,
    LC_ALL: locale,
    LANGUAGE: '',
    TEST_DATABASES: 'sqlite',
    LD_PRELOAD: library,
    // The same offset for every process, so that all of them share one running clock.
    FAKETIME: `+${Math.round((at - Date.now()) / 1_000)}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
  const jest = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js')];
  // Without databases, the configuration excludes the specs that need a browser.
  const options = ['--testPathIgnorePatterns', '/node_modules/', '--json', `--outputFile=${results}`, '--runTestsByPath'];
  const files = specs.map((spec) => join(root, `test/${spec}.spec.ts`));
  const child = spawn(process.execPath, [...jest, ...options, ...files], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (!existsSync(results)) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
  return { passed, failed: numFailedTests + numRuntimeErrorTestSuites };
}

/** Returns the path of libfaketime, and installs it if possible. */
async function provideFaketime() {
  const find = () =>
    ['/usr/lib', '/usr/lib64', '/usr/local/lib']
      .flatMap((folder) => [folder, ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])])
      .map((folder) => join(folder, 'faketime/libfaketimeMT.so.1'))
      .find((file) => existsSync(file));
  if (!find() && canInstall) await installPackage('libfaketime');
  return find() ?? fail('libfaketime is missing. Install it (on Debian: the package libfaketime).');
}

/** Returns the offset of a time zone from UTC at a time. */
function offset(zone, at) {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at);
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(parts.find(({ type }) => type === 'timeZoneName').value);
  return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -MINUTE : MINUTE);
}

/** Returns the next time at which the clocks of a zone show the given time, on any day unless one is given. */
function localTime(zone, { month, day, hour, minute }) {
  for (let date = new Date(); ; date = new Date(date.getTime() + 86_400_000)) {
    if (month !== undefined && (date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day)) continue;
    const there = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), hour, minute);
    const at = there - offset(zone, there);
    if (at > Date.now()) return at;
  }
}

/** Returns the next time at which the clocks of a zone go forward (1) or back (-1). */
function change(zone, direction) {
  const [day, step] = [1_440 * MINUTE, 15 * MINUTE];
  let at = Math.ceil(Date.now() / step) * step;
  while ((offset(zone, at + day) - offset(zone, at)) * direction <= 0) at += day;
  while (offset(zone, at + step) === offset(zone, at)) at += step;
  return at + step;
}

/** @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}
