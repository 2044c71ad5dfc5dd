import { EMPTY_DRAFT, type Draft } from '../../../../model/draft.js';
import { withSecurity } from '../../../../model/rules.js';
import { PRESETS } from './index.js';
import type { Preset } from './preset.js';

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
