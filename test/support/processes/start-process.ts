import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The exit of a process. */
interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A test process that answers requests over its IPC channel. */
export interface TestProcess {
  pid: number;
  ask<T>(request: unknown): Promise<T>;
  kill(signal: NodeJS.Signals): void;
  exited: Promise<Exit>;
  hasExited(): boolean;
  /** The end of its stderr. */
  errors(): string;
}

/** Runs a TypeScript file in a separate process, after the `preload` files, and resolves when the process is ready. */
export async function startProcess(file: URL, setup: unknown, preload: URL[] = []): Promise<TestProcess> {
  const loader = new URL('./typescript-loader.js', import.meta.url);
  const child = fork(fileURLToPath(file), [], {
    execArgv: [...preload, loader].flatMap(({ href }) => ['--import', href]),
    env: { ...process.env, TEST_PROCESS: JSON.stringify(setup), NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_000)));
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const answers = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  // Rejects the requests that the ended process can no longer answer.
  void exited.then(() => answers.forEach(({ reject }) => reject(new Error(`The process ended. ${errors}`))));
  await waitUntilReady(child, answers, () => errors);
  let count = 0;
  return {
    pid: child.pid!,
    ask: <T>(request: unknown) =>
      new Promise<T>((resolve, reject) => {
        const id = ++count;
        answers.set(id, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id, request }, (error) => error && reject(error));
      }),
    kill: (signal) => void child.kill(signal),
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    errors: () => errors,
  };
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

function waitUntilReady(child: ChildProcess, answers: Map<number, Waiting>, errors: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { id: number; answer?: unknown; error?: string }) => {
      if (message.id === 0) return resolve();
      const waiting = answers.get(message.id);
      answers.delete(message.id);
      if (message.error === undefined) waiting?.resolve(message.answer);
      else waiting?.reject(new Error(message.error));
    });
    child.once('exit', () => reject(new Error(`The process did not start. ${errors()}`)));
    child.once('error', reject);
  });
}
