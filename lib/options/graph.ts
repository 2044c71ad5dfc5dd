import { badOption, flag, knownOptions } from './option-checks.js';

/** The hosts of one Microsoft cloud, without scheme or path: `name` or `name:port`. They are always reached over HTTPS. */
export interface MicrosoftCloud {
  /** Shown to admins. */
  label: string;
  /** Signs in (Microsoft Entra ID). */
  authority: string;
  /** Microsoft Graph. */
  graph: string;
  /** Exchange Online, as tokens for its SMTP server name it. */
  exchange: string;
  /** Exchange Online, where Microsoft Graph has large attachments sent. */
  uploads: readonly string[];
  /** Exchange Online's SMTP servers: no others get its tokens, unless a key of a secret source names them. @default the host of `exchange` */
  smtp?: readonly string[];
}

/**
 * Microsoft's clouds (learn.microsoft.com/graph/deployments). An admin chooses one by its name; the hosts are never an
 * admin's to type, because the client secret is sent there.
 */
export const MICROSOFT_CLOUDS = {
  global: {
    label: 'Microsoft 365',
    authority: 'login.microsoftonline.com',
    graph: 'graph.microsoft.com',
    exchange: 'outlook.office365.com',
    uploads: ['outlook.office.com', 'outlook.office365.com'],
    smtp: ['smtp.office365.com', 'smtp-legacy.office365.com', 'outlook.office365.com'],
  },
  usgov: {
    label: 'Microsoft 365 US Government L4 (GCC High)',
    authority: 'login.microsoftonline.us',
    graph: 'graph.microsoft.us',
    exchange: 'outlook.office365.us',
    uploads: ['outlook.office365.us'],
    smtp: ['smtp.office365.us', 'outlook.office365.us'],
  },
  dod: {
    label: 'Microsoft 365 US Government L5 (DoD)',
    authority: 'login.microsoftonline.us',
    graph: 'dod-graph.microsoft.us',
    exchange: 'outlook-dod.office365.us',
    uploads: ['outlook-dod.office365.us', 'webmail.apps.mil'],
    smtp: ['outlook-dod.office365.us'],
  },
  china: {
    label: 'Microsoft 365 China (21Vianet)',
    authority: 'login.chinacloudapi.cn',
    graph: 'microsoftgraph.chinacloudapi.cn',
    exchange: 'partner.outlook.cn',
    uploads: ['partner.outlook.cn'],
    smtp: ['smtp.partner.outlook.cn', 'partner.outlook.cn'],
  },
} as const satisfies Record<string, MicrosoftCloud>;

/** The cloud of a configuration that names none. */
export const DEFAULT_CLOUD = 'global';

/** What a host says about Microsoft 365. */
export interface GraphOptions {
  /**
   * Whether a configuration may sign in to Microsoft Graph with a person's password. Microsoft advises against it, and it
   * works for no account with multi-factor authentication. @default false
   */
  allowPasswordGrant?: boolean;
  /**
   * The clouds an admin may choose from, by the name that rows keep (at most 16 letters, digits, `_` and `-`). A
   * configuration that names none uses `global`, or the only one. @default {@link MICROSOFT_CLOUDS}
   */
  clouds?: Record<string, MicrosoftCloud>;
}

/** The options after the checks, every one present. */
export interface ResolvedGraph {
  allowPasswordGrant: boolean;
  clouds: ReadonlyMap<string, Required<MicrosoftCloud>>;
  /** The cloud of a configuration that names none. */
  defaultCloud: string;
}

const KNOWN = ['allowPasswordGrant', 'clouds'];
const CLOUD = ['label', 'authority', 'graph', 'exchange', 'uploads', 'smtp'];
const NAME = /^[\w-]{1,16}$/;
const PLAIN_LABEL = /^[^<>\p{Cc}]{1,100}$/u;

/** Gives every option its default. @throws MailError `OPTIONS` naming the option and the remedy */
export function resolveGraph(given: GraphOptions = {}): ResolvedGraph {
  const { allowPasswordGrant = false, clouds = MICROSOFT_CLOUDS } = knownOptions(given, KNOWN, 'graph');
  flag(allowPasswordGrant, 'graph.allowPasswordGrant');
  if (clouds === null || typeof clouds !== 'object' || Object.keys(clouds).length === 0) {
    throw badOption('graph.clouds', 'names no cloud', 'Give clouds by name, such as { global: MICROSOFT_CLOUDS.global }.');
  }
  const known = new Map(Object.entries(clouds).map(([name, cloud]) => [name, checked(name, cloud)]));
  return { allowPasswordGrant, clouds: known, defaultCloud: known.has(DEFAULT_CLOUD) ? DEFAULT_CLOUD : [...known.keys()][0]! };
}

function checked(name: string, cloud: MicrosoftCloud): Required<MicrosoftCloud> {
  const option = `graph.clouds.${name}`;
  if (!NAME.test(name)) throw badOption(option, 'has an invalid name', 'Use up to 16 letters, digits, "_" and "-".');
  const { label, authority, graph, exchange, uploads, smtp: own } = knownOptions<MicrosoftCloud>(cloud ?? {}, CLOUD, option);
  // AdminJS writes labels into its page without escaping, so a tag would be run as one.
  if (typeof label !== 'string' || !PLAIN_LABEL.test(label)) {
    throw badOption(`${option}.label`, 'is not a plain text', 'Give 1 to 100 characters without "<" and ">".');
  }
  for (const [field, host] of Object.entries({ authority, graph, exchange })) {
    if (!isHost(host)) throw badOption(`${option}.${field}`, 'is not a host', 'Give its name alone, such as "graph.microsoft.com".');
  }
  const smtp = own ?? [exchange.replace(/:\d+$/, '')];
  for (const [field, hosts] of Object.entries({ uploads, smtp })) {
    if (!Array.isArray(hosts) || hosts.findIndex((host) => !isHost(host)) >= 0)
      throw badOption(`${option}.${field}`, 'is not a list of hosts', 'Give their names alone.');
  }
  return { label, authority, graph, exchange, uploads, smtp };
}

/** `name` or `name:port` in the spelling URLs give it. */
function isHost(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[a-z0-9.-]+(:\d+)?$/.test(value)) return false;
  return URL.canParse(`https://${value}`) && new URL(`https://${value}`).host === value;
}
