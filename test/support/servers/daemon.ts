import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Copies a server's configuration, with values in place of `@names@`. */
export function writeConfig(from: string, to: string, values: Record<string, string | number>): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.ts')) continue;
    const name = relative(from, join(entry.parentPath, entry.name));
    const text = readFileSync(join(from, name), 'utf8');
    const filled = text.replace(/@(\w+)@/g, (_, key: string) => {
      if (values[key] === undefined) throw new Error(`${name}: nothing is known of @${key}@`);
      return String(values[key]);
    });
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), filled);
  }
}

export interface DaemonSetup {
  file: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The daemon has started when this port accepts a connection. */
  port: number;
  /** The file with its log, for the error when it does not start. */
  log?: string;
}

/** A server that runs as a process group of its own, so that none of its processes stays behind. */
export interface Daemon {
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a server that stays in the foreground. */
export async function startDaemon({ file, args, cwd, env, port, log }: DaemonSetup): Promise<Daemon> {
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output = (output + chunk).slice(-2_000)));
  const exited = once(child, 'exit');
  const killGroup = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(-child.pid!, signal);
    } catch {
      return false;
    }
  };
  const killAll = () => void killGroup('SIGKILL');
  process.once('exit', killAll);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    killGroup(signal);
    await exited;
    // Its other processes end when they notice.
    while (killGroup('SIGKILL')) await pause(10);
    process.off('exit', killAll);
  };
  while (!(await isListening(port))) {
    if (child.exitCode === null && child.signalCode === null) await pause(20);
    else throw new Error(`${file} did not start: ${output} ${log ? readLog(log) : ''}`);
  }
  return { stop };
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-2_000);
  } catch {
    return '';
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
