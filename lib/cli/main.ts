#!/usr/bin/env node
import { bundle } from './bundle.js';
import { readArguments, type TestCall } from './arguments.js';
import { findPassword } from './ask-password.js';
import { outcomeLine, stepLines } from './report.js';
import { runTest } from './run-test.js';
import { Stopped, USAGE, UsageError } from './usage.js';

const PASSED = 0;
const FAILED = 1;
const WRONG_CALL = 2;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function test(call: TestCall): Promise<number> {
  const { user, json, checkOnly } = call;
  const password = user === undefined ? undefined : await findPassword(process.stdin, process.stderr);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Stopped('Stopped.')));
  const report = await runTest(call, {
    password,
    signal: stop.signal,
    onDetected: (detail) => (json ? undefined : print(`Detected: ${detail}`)),
    onStep: (step) => print(json ? JSON.stringify(step) : stepLines(step)),
  });
  print(json ? JSON.stringify({ report }) : outcomeLine(report, checkOnly));
  return report.ok ? PASSED : FAILED;
}

try {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'bundle' && !rest.some((one) => one === '--help' || one === '-h')) {
    print(`Bundled the components into ${await bundle(rest)}.`);
  } else {
    const call = readArguments(process.argv.slice(2));
    if (call) process.exitCode = await test(call);
    else print(USAGE);
  }
} catch (error) {
  if (error instanceof Stopped) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = FAILED;
  } else if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exitCode = WRONG_CALL;
  } else throw error;
}
