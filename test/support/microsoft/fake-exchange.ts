import { type ScriptedServer, type ServerScript, type ServerSession, startServer } from '../smtp-servers.js';
import type { FakeMicrosoft } from './index.js';
import { EXCHANGE, USER } from './index.js';

/** A fake of Exchange Online's SMTP server: STARTTLS, and XOAUTH2 only, with a token issued for it. */
export interface FakeExchange extends ScriptedServer {
  /** The tokens of all logins in order. A login without a token is recorded as received. */
  logins: string[];
  /** Tokens that are no longer accepted. */
  refused: Set<string>;
  /** The reply that refuses a login, after a challenge with the reason if there is one. */
  refusal: { challenge?: string; reply: string };
}

export async function startExchange(microsoft: FakeMicrosoft, script: Partial<ServerScript> = {}): Promise<FakeExchange> {
  const state = {
    logins: [] as string[],
    refused: new Set<string>(),
    refusal: { reply: '535 5.7.3 Authentication unsuccessful' } as FakeExchange['refusal'],
  };
  const challenged = new WeakSet<ServerSession>();
  const server = await startServer({
    tls: { key: microsoft.certificate.key, cert: microsoft.certificate.cert },
    extensions: ['SIZE 157286400', 'AUTH LOGIN XOAUTH2', '8BITMIME', 'SMTPUTF8'],
    ...script,
    reply: (command, session) => {
      const scripted = script.reply?.(command, session);
      if (scripted !== undefined) return scripted;
      if (challenged.delete(session)) return state.refusal.reply;
      if (!command.startsWith('AUTH')) return undefined;
      const token = parseToken(command);
      state.logins.push(token ?? command);
      const isGood = microsoft.entra.issued.some((issued) => issued.token === token && issued.scope === `https://${EXCHANGE}/.default`);
      if (isGood && !state.refused.has(token!) && session.isEncrypted) return '235 2.7.0 Authentication successful';
      if (state.refusal.challenge === undefined) return state.refusal.reply;
      challenged.add(session);
      return `334 ${Buffer.from(state.refusal.challenge).toString('base64')}`;
    },
  });
  return Object.defineProperties(state, Object.getOwnPropertyDescriptors(server)) as typeof state & ScriptedServer;
}

/** Parses the token from an XOAUTH2 login to the only mailbox. */
function parseToken(command: string): string | undefined {
  const login = Buffer.from(/^AUTH XOAUTH2 ([A-Za-z0-9+/]+=*)$/.exec(command)?.[1] ?? '', 'base64').toString();
  const [user, auth, ...end] = login.split('\u0001');
  return user === `user=${USER}` && end.join('|') === '|' ? /^auth=Bearer (\S+)$/.exec(auth ?? '')?.[1] : undefined;
}
