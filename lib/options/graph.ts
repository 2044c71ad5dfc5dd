import { badOption, type Check, checkOptions, flag, label, optional, type OptionTable } from './option-checker.js';

/** The hosts of one Microsoft cloud, without scheme or path: `name` or `name:port`. They are always reached over HTTPS. */
export interface MicrosoftCloud {
  /** Shown to admins. */
  label: string;
  /** The host of the sign-in (Microsoft Entra ID). */
  authority: string;
  /** The host of Microsoft Graph. */
  graph: string;
  /** The host of Exchange Online that tokens for its SMTP servers name. */
  exchange: string;
  /** The hosts of Exchange Online to which Microsoft Graph uploads large attachments. */
  uploads: readonly string[];
  /**
   * Exchange Online's SMTP servers. No other server receives its tokens, unless the `destinations` of a key contain it. @default
   * the host of `exchange`
   */
  smtp?: readonly string[];
}

/**
 * Microsoft's clouds (learn.microsoft.com/graph/deployments). An admin chooses one by its name and can never enter the hosts,
 * because the client secret is sent there.
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
const DEFAULT_CLOUD = 'global';

/** Microsoft 365. */
export interface GraphOptions {
  /**
   * Lets a configuration sign in to Microsoft Graph with a user's password. Microsoft advises against it, and it does not work
   * for accounts with multi-factor authentication. @default false
   */
  allowPasswordGrant?: boolean;
  /**
   * The clouds that an admin may choose from, by the name that is stored in rows (at most 16 letters, digits, `_` and `-`). A
   * configuration that names none uses `global`, otherwise the first one. @default MICROSOFT_CLOUDS
   */
  clouds?: Record<string, MicrosoftCloud>;
}

/** The option `graph` after the checks. */
export interface ResolvedGraph {
  allowPasswordGrant: boolean;
  clouds: ReadonlyMap<string, Required<MicrosoftCloud>>;
  /** The cloud of a configuration that names none. */
  defaultCloud: string;
}

const NAME = /^[\w-]{1,16}$/;

type Clouds = ResolvedGraph['clouds'];

/** Checks the option `graph`. */
export const graph: Check<ResolvedGraph> = (given, option) => {
  const resolved = checkOptions<Omit<ResolvedGraph, 'defaultCloud'>>(
    given,
    { allowPasswordGrant: [flag, false], clouds: [cloudsOf, MICROSOFT_CLOUDS] },
    option,
  );
  return { ...resolved, defaultCloud: resolved.clouds.has(DEFAULT_CLOUD) ? DEFAULT_CLOUD : [...resolved.clouds.keys()][0]! };
};

function cloudsOf(value: unknown, option: string): Clouds {
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) {
    throw badOption(option, 'contains no cloud', 'Pass clouds by name, such as { global: MICROSOFT_CLOUDS.global }.');
  }
  return new Map(Object.entries(value).map(([name, cloud]) => [name, cloudOf(name, cloud, `${option}.${name}`)]));
}

function cloudOf(name: string, given: unknown, option: string): Required<MicrosoftCloud> {
  if (!NAME.test(name)) throw badOption(option, 'has an invalid name', 'Use up to 16 letters, digits, "_" and "-".');
  const { smtp, ...cloud } = checkOptions<Cloud>(given ?? {}, CLOUD, option);
  return { ...cloud, smtp: smtp ?? [cloud.exchange.replace(/:\d+$/, '')] };
}

type Cloud = Required<Omit<MicrosoftCloud, 'smtp'>> & { smtp: readonly string[] | undefined };

const hostName: Check<string> = (value, option) => {
  if (isHost(value)) return value;
  throw badOption(option, 'is not a host', 'Pass only its name, such as "graph.microsoft.com".');
};

const hostNames: Check<readonly string[]> = (value, option) => {
  if (Array.isArray(value) && value.findIndex((host) => !isHost(host)) < 0) return value;
  throw badOption(option, 'is not a list of hosts', 'Pass only their names.');
};

const CLOUD: OptionTable<Cloud> = {
  label: [label, undefined],
  authority: [hostName, undefined],
  graph: [hostName, undefined],
  exchange: [hostName, undefined],
  uploads: [hostNames, undefined],
  smtp: [optional(hostNames), undefined],
};

/** True for `name` or `name:port` as a URL spells it. */
function isHost(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[a-z0-9.-]+(:\d+)?$/.test(value)) return false;
  return URL.canParse(`https://${value}`) && new URL(`https://${value}`).host === value;
}
