import { startProcess } from './processes/start-process.js';

/** A reply to what matches; the first rule that matches and is not used up decides. */
export interface SinkReply {
  /** A regular expression for the recipient's address, or for the subject. */
  match: string;
  /**
   * `DROP` hangs up, `SILENCE` never answers, `HOLD` answers a body when the
   * rules are replaced: until then what is in flight stays in flight, however slow the machine is.
   */
  reply: string;
  /** How often. @default always */
  times?: number;
}

/** How the sink treats its clients. What is left out is accepted. */
export interface SinkRules {
  /** A greeting that ends the session, or `DROP`. */
  greeting?: string;
  /** With it a login is offered, and this is its password. */
  password?: string;
  mailFrom?: SinkReply[];
  rcptTo?: SinkReply[];
  /** Replies to the final dot, by subject. What is dropped or met with silence counts as taken. */
  body?: SinkReply[];
  /** Milliseconds from the final dot to the reply. */
  delayMs?: number;
  /** Ends a session with a 421 when this many messages were taken over it. */
  maxPerSession?: number;
}

/** A message the sink took: from its final dot on it is the sink's, whatever becomes of the reply. */
export interface SunkMail {
  subject: string;
  messageId: string;
  /** The address of MAIL FROM. */
  from: string;
  to: string[];
  /** The clock at the final dot. */
  at: number;
  session: number;
}

export interface SinkState {
  mails: SunkMail[];
  /** Sessions begun, those dropped at once among them. */
  sessions: number;
  open: number;
  /** Those that are open, numbered as in {@link SunkMail.session}. */
  openSessions: number[];
  mostOpen: number;
  /** Commands that were met with silence, and bodies whose reply is held or delayed: what is in flight now. */
  waiting: number;
  logins: string[];
}

export type SinkRequest =
  { do: 'rules'; rules: SinkRules } | { do: 'listen' } | { do: 'refuse' } | { do: 'clear' } | { do: 'port' } | { do: 'state' };

/** An SMTP server in a process of its own, quick and exact, that counts what it takes. */
export interface CountingSink {
  port: number;
  /** Replaces the rules, for sessions that are open as well, and answers what was held. */
  rules(rules: SinkRules): Promise<void>;
  /** Closes the port and every session. What they sent and the sink has not read is lost. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
  state(): Promise<SinkState>;
  /** Forgets rules and mails; sessions stay. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function startSink(): Promise<CountingSink> {
  const server = await startProcess(new URL('./counting-sink.process.ts', import.meta.url), {});
  const ask = <T>(request: SinkRequest) => server.ask<T>(request);
  return {
    port: await ask<number>({ do: 'port' }),
    rules: (rules) => ask({ do: 'rules', rules }),
    refuse: () => ask({ do: 'refuse' }),
    listen: () => ask({ do: 'listen' }),
    state: () => ask({ do: 'state' }),
    clear: () => ask({ do: 'clear' }),
    close: async () => {
      server.kill('SIGKILL');
      await server.exited;
    },
  };
}
