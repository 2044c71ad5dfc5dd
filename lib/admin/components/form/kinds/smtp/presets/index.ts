import type { Draft } from '../../../../model/draft.js';
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

/** Providers by name within their group. A provider is one file, one line here, and its texts `preset_<id>…`. */
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
