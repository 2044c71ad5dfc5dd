import { EMPTY_DRAFT, type Draft } from './draft.js';
import { withSecurity } from './rules.js';
import type { AuthMethod, Security } from './types.js';

/** One of a provider's data centres, each with a host of its own. The label is the provider's own name for it. */
export interface PresetRegion {
  id: string;
  label: string;
  host: string;
}

/** A provider of outgoing mail: where its server is. Its words about the login are the text `preset_<id>`. */
export interface Preset {
  id: string;
  name: string;
  group: 'mailbox' | 'delivery' | 'own';
  /** Of the first region, where there are any. */
  host: string;
  port: string;
  security: Security;
  regions?: readonly PresetRegion[];
  /** Other hosts it is recognised by. */
  aliases?: readonly string[];
  /** The user name, where it is the same for everybody. */
  username?: string;
  /** How to sign in, where it is not with a password; null where there is no login. @default 'password' */
  authMethod?: AuthMethod | null;
  /** The provider's page that names host, port and security. */
  source: string;
  /** The provider's page about user name and password. @default source */
  help?: string;
}

/** Regions of Amazon SES with an SMTP endpoint, but for those that an account has to switch on first. Another host can be typed. */
const SES_REGIONS: readonly [id: string, label: string][] = [
  ['us-east-1', 'US East (N. Virginia)'],
  ['us-east-2', 'US East (Ohio)'],
  ['us-west-1', 'US West (N. California)'],
  ['us-west-2', 'US West (Oregon)'],
  ['ca-central-1', 'Canada (Central)'],
  ['sa-east-1', 'South America (São Paulo)'],
  ['eu-central-1', 'Europe (Frankfurt)'],
  ['eu-west-1', 'Europe (Ireland)'],
  ['eu-west-2', 'Europe (London)'],
  ['eu-west-3', 'Europe (Paris)'],
  ['eu-north-1', 'Europe (Stockholm)'],
  ['ap-south-1', 'Asia Pacific (Mumbai)'],
  ['ap-northeast-1', 'Asia Pacific (Tokyo)'],
  ['ap-northeast-2', 'Asia Pacific (Seoul)'],
  ['ap-northeast-3', 'Asia Pacific (Osaka)'],
  ['ap-southeast-1', 'Asia Pacific (Singapore)'],
  ['ap-southeast-2', 'Asia Pacific (Sydney)'],
];

/** Providers by name within their group. */
export const PRESETS: readonly Preset[] = [
  {
    id: 'gmail',
    name: 'Gmail',
    group: 'mailbox',
    host: 'smtp.gmail.com',
    port: '587',
    security: 'starttls',
    source: 'https://developers.google.com/workspace/gmail/imap/imap-smtp',
    help: 'https://support.google.com/accounts/answer/185833',
  },
  {
    id: 'googleRelay',
    name: 'Google Workspace relay',
    group: 'mailbox',
    host: 'smtp-relay.gmail.com',
    port: '587',
    security: 'starttls',
    source: 'https://support.google.com/a/answer/2956491',
  },
  {
    id: 'microsoft365',
    name: 'Microsoft 365',
    group: 'mailbox',
    host: 'smtp.office365.com',
    port: '587',
    security: 'starttls',
    authMethod: 'oauth2',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365',
    help: 'https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth',
  },
  {
    id: 'outlook',
    name: 'Outlook.com',
    group: 'mailbox',
    host: 'smtp-mail.outlook.com',
    port: '587',
    security: 'starttls',
    authMethod: 'oauth2',
    source: 'https://support.microsoft.com/office/pop-imap-and-smtp-settings-for-outlook-com-d088b986-291d-42b8-9564-9c414e2aa040',
  },
  {
    id: 'fastmail',
    name: 'Fastmail',
    group: 'mailbox',
    host: 'smtp.fastmail.com',
    port: '465',
    security: 'tls',
    source: 'https://www.fastmail.help/hc/en-us/articles/1500000278342-Server-names-and-ports',
  },
  {
    id: 'icloud',
    name: 'iCloud Mail',
    group: 'mailbox',
    host: 'smtp.mail.me.com',
    port: '587',
    security: 'starttls',
    source: 'https://support.apple.com/en-us/102525',
    help: 'https://support.apple.com/102654',
  },
  {
    id: 'zoho',
    name: 'Zoho Mail',
    group: 'mailbox',
    host: 'smtp.zoho.com',
    port: '465',
    security: 'tls',
    regions: [
      { id: 'us', label: 'United States', host: 'smtp.zoho.com' },
      { id: 'eu', label: 'Europe', host: 'smtp.zoho.eu' },
      { id: 'in', label: 'India', host: 'smtp.zoho.in' },
      { id: 'au', label: 'Australia', host: 'smtp.zoho.com.au' },
      { id: 'jp', label: 'Japan', host: 'smtp.zoho.jp' },
      { id: 'us-pro', label: 'United States, paid organisation', host: 'smtppro.zoho.com' },
      { id: 'eu-pro', label: 'Europe, paid organisation', host: 'smtppro.zoho.eu' },
      { id: 'in-pro', label: 'India, paid organisation', host: 'smtppro.zoho.in' },
      { id: 'au-pro', label: 'Australia, paid organisation', host: 'smtppro.zoho.com.au' },
      { id: 'jp-pro', label: 'Japan, paid organisation', host: 'smtppro.zoho.jp' },
    ],
    source: 'https://www.zoho.com/mail/help/zoho-smtp.html',
  },
  {
    id: 'ses',
    name: 'Amazon SES',
    group: 'delivery',
    host: 'email-smtp.us-east-1.amazonaws.com',
    port: '587',
    security: 'starttls',
    regions: SES_REGIONS.map(([id, label]) => ({ id, label, host: `email-smtp.${id}.amazonaws.com` })),
    source: 'https://docs.aws.amazon.com/general/latest/gr/ses.html',
    help: 'https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html',
  },
  {
    id: 'brevo',
    name: 'Brevo',
    group: 'delivery',
    host: 'smtp-relay.brevo.com',
    // Its pages name 587 as the port without encryption, and 465 as the encrypted one.
    port: '465',
    security: 'tls',
    source: 'https://developers.brevo.com/docs/smtp-integration',
    help: 'https://help.brevo.com/hc/en-us/articles/7959631848850-Create-and-manage-your-SMTP-keys',
  },
  {
    id: 'mailgun',
    name: 'Mailgun',
    group: 'delivery',
    host: 'smtp.mailgun.org',
    port: '587',
    security: 'starttls',
    regions: [
      { id: 'us', label: 'US', host: 'smtp.mailgun.org' },
      { id: 'eu', label: 'EU', host: 'smtp.eu.mailgun.org' },
    ],
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp',
    help: 'https://help.mailgun.com/hc/en-us/articles/203380100-Where-can-I-find-my-API-keys-and-SMTP-credentials',
  },
  {
    id: 'mailjet',
    name: 'Mailjet',
    group: 'delivery',
    host: 'in-v3.mailjet.com',
    port: '587',
    security: 'starttls',
    source: 'https://documentation.mailjet.com/hc/en-us/articles/360043229473-How-can-I-configure-my-SMTP-parameters',
  },
  {
    id: 'postmark',
    name: 'Postmark',
    group: 'delivery',
    host: 'smtp.postmarkapp.com',
    port: '587',
    security: 'starttls',
    source: 'https://postmarkapp.com/developer/user-guide/send-email-with-smtp',
  },
  {
    id: 'sendgrid',
    name: 'SendGrid',
    group: 'delivery',
    host: 'smtp.sendgrid.net',
    port: '587',
    security: 'starttls',
    username: 'apikey',
    source: 'https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api',
  },
  {
    id: 'sparkpost',
    name: 'SparkPost',
    group: 'delivery',
    host: 'smtp.sparkpostmail.com',
    port: '587',
    security: 'starttls',
    regions: [
      { id: 'us', label: 'US', host: 'smtp.sparkpostmail.com' },
      { id: 'eu', label: 'EU', host: 'smtp.eu.sparkpostmail.com' },
    ],
    username: 'SMTP_Injection',
    source: 'https://developers.sparkpost.com/api/smtp/',
  },
  {
    id: 'local',
    name: 'Mail server on this machine',
    group: 'own',
    host: 'localhost',
    aliases: ['127.0.0.1', '::1'],
    port: '25',
    security: 'none',
    authMethod: null,
    source: 'https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.2',
  },
];

/** The provider a server belongs to, by its host; the machine's own only without encryption, as it is filled in. */
export function presetOf({ host, security }: Pick<Draft, 'host' | 'security'>): { preset: Preset; region?: PresetRegion } | null {
  const typed = host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '');
  for (const preset of PRESETS) {
    if (preset.group === 'own' && security !== preset.security) continue;
    const region = preset.regions?.find((candidate) => candidate.host === typed);
    if (region || preset.host === typed || preset.aliases?.includes(typed)) return { preset, region };
  }
  return null;
}

const FIXED_NAMES = PRESETS.flatMap(({ username }) => username ?? []);

/**
 * What choosing a provider fills in. A user name that was typed stays, as does every password: only an empty name, or one that
 * another provider wanted, is replaced.
 */
export function withPreset(draft: Draft, preset: Preset, region = preset.regions?.[0]): Draft {
  const { port, security, authMethod = 'password', username = '' } = preset;
  const isOurs = !draft.username.trim() || FIXED_NAMES.includes(draft.username.trim());
  return {
    ...withSecurity(draft, security),
    host: region?.host ?? preset.host,
    port,
    authRequired: authMethod !== null,
    authMethod: authMethod ?? EMPTY_DRAFT.authMethod,
    username: isOurs ? username : draft.username,
  };
}
