import type { FailureReason } from './diagnoses.js';

/** The step of a session that a server refused. `session` is the greeting, and any reply that ends the session. */
export type RefusedStep = 'session' | 'ehlo' | 'sender' | 'recipient' | 'message';

/** Words that tell what a refusal is about. */
export interface RefusalRule {
  reason: FailureReason;
  words?: readonly RegExp[];
  /** Matches the status and the enhanced code (RFC 3463), such as `550 5.7.1`. */
  codes?: RegExp;
  /** Matches replies that are about something else. */
  except?: RegExp;
  /** The steps at which the words have this meaning. @default every step */
  at?: readonly RefusedStep[];
  /** Does not apply after a login. */
  anonymous?: true;
}

const BEFORE_CONTENT = ['session', 'ehlo', 'sender', 'recipient'] as const;

/**
 * The rules, the most specific first. Servers check the client, the name in EHLO and the sender at any command, many of them only at
 * RCPT TO (Postfix by default), so the words count more than the command.
 */
export const REFUSAL_RULES: readonly RefusalRule[] = [
  // The recipient's own server may have chosen the words that follow, if the server asked it about the recipient.
  {
    reason: 'recipient_refused',
    words: [/^\d{3} (?:\S+ )?(?:: )?recipient address rejected: un(?:verified|deliverable) address|^\d{3} callout verification failed/i],
    codes: / [45]\.1\.(?:1|2|3|6|10)$/,
    at: ['recipient'],
  },
  { reason: 'client_certificate', words: [/client certificate|certificate required/i] },
  {
    reason: 'tls_required',
    words: [
      /\bSTARTTLS\b|\b(?:TLS|SSL|encryption|encrypted connection) (?:is )?(?:required|needed|necessary)/i,
      /\b(?:requires?|must use) (?:an? )?(?:TLS|SSL|encrypt)/i,
    ],
    codes: / 5\.7\.10$/,
    at: BEFORE_CONTENT,
  },
  { reason: 'helo_refused', words: [/\b(?:HELO|EHLO)\b/i], except: /\b(?:send|say|says|issue|need|requires?) (?:HELO|EHLO)\b|\bfirst\b/i },
  // A sender's limit of Exchange has the code of a full mailbox.
  { reason: 'rate_limited', words: [/submission ?quota ?exceeded/i] },
  {
    reason: 'sender_not_allowed',
    words: [
      /send ?as ?denied|permissions? to send as/i,
      /(?:allowed|permitted|authori[sz]ed|rights?) to send (?:as|from|using|for|on behalf|with)/i,
      /not owned by|not your (?:own )?address|(?:use|send) (?:as|from) (?:this|that|the) (?:address|sender)/i,
      /(?:sender|from address)\b.{0,60}\bnot (?:owned|allowed|permitted|authori[sz]ed)/i,
      /(?:sender|from address)\b.{0,60}\b(?:match|differs? from)\b.{0,30}\b(?:account|user|login|auth\w*|identity)/i,
      /bad outbound sender/i,
    ],
    codes: / 5\.(?:7\.60|2\.252)$/,
    except: /not logged in|unauthenticated|\b(?:SPF|DKIM|DMARC)\b|verified/i,
  },
  {
    reason: 'sender_unverified',
    words: [
      /(?:not|never|un|yet)[ -]?(?:been )?(?:verified|validated|confirmed)|match a verified/i,
      /verify the (?:sender|domain)|sender signature|failed the check in region/i,
    ],
    except: /recipient|user unknown|unverified address/i,
  },
  {
    reason: 'sender_unauthenticated',
    words: [/\b(?:SPF|DKIM|DMARC)\b|required authentication level/i],
    codes: / [45]\.7\.(?:2[0-4]|26|29|3[0-2]|515)$/,
  },
  {
    reason: 'sender_domain',
    words: [
      /sender address rejected: domain|sender verify failed|domain of sender/i,
      /(?:sender|from)\b.{0,60}\bdomain\b.{0,60}(?:not (?:exist|found|resolve)|n't (?:exist|resolve)|invalid|must (?:exist|resolve))/i,
    ],
    codes: / [45]\.1\.8$| 5\.7\.27$/,
  },
  {
    reason: 'auth_required',
    words: [
      /authenti\w* (?:is )?(?:required|needed|necessary)|\bauth (?:is )?required/i,
      /not (?:been )?(?:authenticated|logged in)|unauthenticated (?:senders?|clients?|users?|mail)\b/i,
      /(?:must|please|need to|have to|required to) (?:first )?(?:authenticate|auth\b|log ?in)/i,
      /log ?in (?:is )?required|requires? (?:smtp )?(?:auth|login)|authenticate (?:first|before)/i,
      // Postfix, if only `permit_sasl_authenticated` would accept the recipient.
      /recipient address rejected: access denied/i,
    ],
    codes: / 5\.7\.57$/,
    at: BEFORE_CONTENT,
    anonymous: true,
  },
  {
    reason: 'mailbox_full',
    words: [/mailbox.{0,40}\b(?:full|quota)|over ?quota|quota.{0,30}mailbox|user.{0,30}quota/i],
    codes: / [45]\.2\.2$/,
    except: /sending|daily|hour|submission/i,
    at: ['recipient'],
  },
  // RFC 3463: about the recipient, whatever the words.
  { reason: 'recipient_refused', codes: / [45]\.(?:1\.(?:1|2|3|6|10)|2\.\d+)$/, at: ['recipient'] },
  {
    reason: 'recipient_refused',
    words: [
      /(?:user|mailbox|recipient|address|account|alias|person)\b.{0,40}\b(?:unknown|not found|not exist|unavailable|inactive|disabled|invalid|not known|no longer)/i,
      /n't (?:exist|have an? \S* ?account)/i,
      /\b(?:no such|unknown|invalid|bad|inactive|not a valid) (?:\w+ )?(?:user|mailbox|recipient|address|account|person|local)/i,
      /unrouteable/i,
    ],
    except: /\b(?:sender|your)\b/i,
    at: ['recipient'],
  },
  {
    reason: 'content_too_large',
    words: [/\b(?:message|mail|size)\b.{0,30}\b(?:too (?:large|big)|exceeds?)\b.{0,30}(?:size|limit|maximum)?/i],
    codes: / [45]\.3\.4$/,
    except: /rate|quota|per (?:hour|day)|too many/i,
    at: ['sender', 'message'],
  },
  // Sendmail, if its milter is down. To a recipient, a milter may say so itself, for greylisting.
  { reason: 'server_trouble', words: [/^451 4\.3\.2 please try again later\.?$/i], at: ['session', 'ehlo', 'sender'] },
  // Sendmail has a code of its own for a full disk, 4.4.5, which others use for the rate.
  { reason: 'server_trouble', words: [/insufficient (?:system|disk)|disk (?:space|full)|no space left/i], codes: / [45]\.3\.[15]$/ },
  {
    reason: 'too_many_connections',
    words: [
      /too many (?:\w+ ){0,2}(?:connections|sessions)/i,
      /(?:connection|session|thread)s? (?:\w+ )?(?:count|limit|rate)/i,
      /(?:concurrent|simultaneous|number of)\b.{0,30}\b(?:connections|sessions|threads)/i,
    ],
  },
  { reason: 'too_many_recipients', words: [/too many recipients(?! from)/i], codes: / [45]\.5\.3$/, at: ['recipient'] },
  {
    reason: 'rate_limited',
    words: [
      /\brate[ -]?(?:limit|exceed|control)|ratelimit|throttl|\brate\b.{0,40}\b(?:limit|exceed)/i,
      /unusual(?:ly high)? (?:rate|volume|sending)|reached (?:your|the)\b.{0,30}\blimit/i,
      /too (?:much|many) (?:\w+ )?(?:mails?|messages|emails|recipients|requests)/i,
      /(?:sending|send|mail|message|hourly|daily|relay)\b.{0,40}\b(?:quota|limits?|max\w*)\b.{0,40}(?:exceed|reached|hit)/i,
      /exceed\w*.{0,60}(?:limits|per (?:hour|day|minute)|quota|sending|emails|messages)/i,
    ],
    codes: /^432| 4\.4\.5$| [45]\.7\.28$| 4\.7\.[56]\d\d$| 4\.5\.3$|^45\d 4\.3\.2$/,
  },
  {
    reason: 'no_reverse_dns',
    words: [
      /reverse (?:dns|lookup|hostname|mapping|name)|\brdns\b|\bPTR\b/i,
      /cannot find your (?:reverse )?host ?name|IP name (?:lookup|possibly)/i,
    ],
    codes: / [45]\.7\.25$/,
  },
  // Postfix looks up the domains of the sender and of the recipient, too.
  { reason: 'recipient_refused', words: [/\brecipient (?:address|domain)\b.{0,40}\bblocked using/i], at: ['recipient'] },
  { reason: 'sender_refused', words: [/\bsender (?:address|domain)\b.{0,40}\bblocked using/i], at: BEFORE_CONTENT },
  {
    reason: 'address_blocked',
    words: [
      /block(?:ed)? using|block ?list|black ?list|deny ?list|spamhaus|spamcop|sorbs|barracuda/i,
      /\b(?:dns|r)bl\b|reputation|\bbanned\b|\blisted (?:in|by|at|on)\b/i,
      /(?:your|client|sending|source) (?:ip|host|server).{0,40}\bblocked/i,
    ],
    codes: / 5\.7\.(?:60[6-9]|6[1-4]\d|511)$/,
    at: BEFORE_CONTENT,
  },
  // After the content, such words are often about a link in it.
  { reason: 'address_blocked', words: [/client host .{0,80}blocked|\byour (?:ip|host)\b.{0,40}\b(?:block|list|ban)/i], at: ['message'] },
  {
    reason: 'relay_denied',
    words: [/\brelay|rcpthosts|cannot deliver mail for/i],
    codes: / 5\.7\.(?:54|64)$/,
    at: BEFORE_CONTENT,
  },
  {
    reason: 'client_refused',
    words: [
      /client (?:host|ip|address) (?:rejected|denied|refused)|access denied for /i,
      /(?:your|client|sending) (?:ip|host|machine|server)\b.{0,60}\b(?:denied|rejected|refused|not (?:allowed|permitted|authori[sz]ed))/i,
      /(?:connections?|mail) from (?:your|this) (?:ip|host|network)/i,
    ],
    at: BEFORE_CONTENT,
  },
  // Sendmail, about the client: about an address, the words follow it.
  { reason: 'client_refused', words: [/^\d{3} (?:5\.7\.1 )?access denied\.?$/i], at: ['session', 'ehlo', 'sender'] },
  // About a recipient or a message, such words may mean a lookup that failed for it alone.
  {
    reason: 'server_trouble',
    words: [
      /service (?:is )?(?:temporarily |currently )?unavailable|local (?:problem|error)/i,
      /internal (?:server )?error|system error|configuration error/i,
      /resources? (?:is |are )?(?:temporarily )?unavailable/i,
    ],
    at: ['session', 'ehlo', 'sender'],
  },
  { reason: 'sender_not_allowed', words: [/not (?:owned|allowed|permitted|authori[sz]ed)/i], at: ['sender'] },
];
