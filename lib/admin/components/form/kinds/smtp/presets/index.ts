import { EMPTY_DRAFT, type Draft } from '../../../../model/draft.js';
import { withSecurity } from '../../../../model/rules.js';
import { brevo } from './brevo.js';
import { fastmail } from './fastmail.js';
import { gmail } from './gmail.js';
import { googleRelay } from './google-relay.js';
import { icloud } from './icloud.js';
import { local } from './local.js';
import { mailgun } from './mailgun.js';
import { mailjet } from './mailjet.js';
import { microsoft365 } from './microsoft365.js';
import { outlook } from './outlook.js';
import { postmark } from './postmark.js';
import { sendgrid } from './sendgrid.js';
import { ses } from './ses.js';
import { sparkpost } from './sparkpost.js';
import { zoho } from './zoho.js';
import type { Preset, PresetRegion } from './preset.js';

/** Providers by name within their group. A provider is one file, one line here, and a text `preset_<id>`. */
export const PRESETS: readonly Preset[] = [
  gmail,
  googleRelay,
  microsoft365,
  outlook,
  fastmail,
  icloud,
  zoho,
  ses,
  brevo,
  mailgun,
  mailjet,
  postmark,
  sendgrid,
  sparkpost,
  local,
];

/** Returns the provider of a server by its host; the local server only without encryption. */
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
 * Fills in the server of a provider. Keeps an entered user name and every password, and replaces only an empty name or another
 * provider's fixed name.
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
