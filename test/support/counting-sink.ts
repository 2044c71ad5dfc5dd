import { startProcess } from './processes/start-process.js';

/** A reply to matching commands. The first matching rule that is not used up applies. */
export interface SinkReply {
  /** A regular expression for the recipient's address or the subject. */
  match: string;
  /**
   * `DROP` hangs up, `SILENCE` never answers, and `HOLD` answers a body when the rules are replaced,
   * which keeps messages in flight on a machine of any speed.
   */
  reply: string;
  /** The number of times the rule applies. @default always */
  times?: number;
}

/** The sink's rules for its clients. It accepts everything else. */
export interface SinkRules {
  /** A greeting that ends the session, or `DROP`. */
  greeting?: string;
  /** Offers a login with this password. */
  password?: string;
  mailFrom?: SinkReply[];
  rcptTo?: SinkReply[];
  /** Replies to the final dot, by subject. The sink keeps messages that it answers with `DROP` or `SILENCE`. */
  body?: SinkReply[];
  /** Milliseconds from the final dot to the reply. */
  delayMs?: number;
  /** Ends a session with a 421 after this many messages. */
  maxPerSession?: number;
  /** Refuses a sender with a 450 after this many messages within a second. */
  maxPerSecond?: number;
  /** Greets a session with a 421 while this many others are open. */
  maxOpen?: number;
}

/** A message of which the sink received the final dot, whatever it replied. */
export interface SunkMail {
  subject: string;
  messageId: string;
  /** The address of MAIL FROM. */
  from: string;
  to: string[];
  /** The time of the final dot. */
  at: number;
  session: number;
}

export interface SinkState {
  mails: SunkMail[];
  /** Sessions that were opened, including those dropped immediately. */
  sessions: number;
  open: number;
  /** Open sessions, numbered as in {@link SunkMail.session}. */
  openSessions: number[];
  mostOpen: number;
  /** Messages and sessions that were refused because of `maxPerSecond` and `maxOpen`. */
  refused: number;
  /** Unanswered commands, and bodies with a held or delayed reply: the messages in flight. */
  waiting: number;
  logins: string[];
}

export type SinkRequest =
  { do: 'rules'; rules: SinkRules } | { do: 'listen' } | { do: 'refuse' } | { do: 'clear' } | { do: 'port' } | { do: 'state' };

/** A fast SMTP server in a separate process that records every message it receives. */
export interface CountingSink {
  port: number;
  /** Replaces the rules, also for open sessions, and sends held replies. */
  setRules(rules: SinkRules): Promise<void>;
  /** Closes the port and every session. Data that the sink has not read is lost. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
  readState(): Promise<SinkState>;
  /** Removes rules and messages but keeps sessions open. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function startSink(): Promise<CountingSink> {
  const server = await startProcess(new URL('./counting-sink.process.ts', import.meta.url), {});
  const ask = <T>(request: SinkRequest) => server.ask<T>(request);
  return {
    port: await ask<number>({ do: 'port' }),
    setRules: (rules) => ask({ do: 'rules', rules }),
    refuse: () => ask({ do: 'refuse' }),
    listen: () => ask({ do: 'listen' }),
    readState: () => ask({ do: 'state' }),
    clear: () => ask({ do: 'clear' }),
    close: async () => {
      server.kill('SIGKILL');
      await server.exited;
    },
  };
}
