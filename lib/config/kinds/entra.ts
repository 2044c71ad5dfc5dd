import { isFQDN } from 'class-validator';
import { isPlainAddress } from '../../message/mailbox.js';
import type { MicrosoftCloud } from '../../options/graph.js';
import type { ResolvedSmtpOptions } from '../../options/options.js';
import { isGuid } from '../../shared/config-checks.js';
import { CONFIG_FIELDS, type ConfigSettings } from '../../shared/config-fields.js';
import { type Rule, type Rules, rule } from '../rule.js';
import type { PolicyOptions, StoredSettings, Violation } from './kind.js';

/** The empty fields of a sign-in at Microsoft Entra ID. */
export const NO_ENTRA = { tenantId: null, clientId: null, graphCloud: null };

/** Returns the rules for configurations that sign in at Microsoft as an app of a tenant. */
export function entraRules(usesEntra: (settings: ConfigSettings) => boolean): Rules {
  const entra = (code: string, message: string, isValid: (value: unknown) => boolean): Rule =>
    rule(code, message, (value, settings) => !usesEntra(settings) || isValid(value));
  return {
    username: [
      entra('user_mailbox', 'Enter the address of the mailbox that mail is sent from.', (value) => value === null || isPlainAddress(value)),
    ],
    tenantId: [
      entra('required', 'Enter the tenant ID.', (value) => value !== null),
      entra('tenant_format', 'Enter the tenant ID, such as 72f988bf-86f1-41af-91ab-2d7cd011db47, or a domain of the tenant.', isTenant),
    ],
    clientId: [
      entra('required', 'Enter the client ID of the app.', (value) => value !== null),
      entra('client_format', 'Enter the client ID of the app, such as 72f988bf-86f1-41af-91ab-2d7cd011db47.', isGuid),
    ],
    graphCloud: [entra('not_a_choice', 'Choose a cloud from the list.', (value) => value === null || isCloudName(value))],
  };
}

/** Returns why a configuration may not sign in at Microsoft. */
export function entraViolations(settings: StoredSettings, { graph }: PolicyOptions): Violation[] {
  const { graphCloud, username, tenantId, clientId } = settings;
  const found: Violation[] = [];
  if (!graph.clouds.has(graphCloud ?? '')) found.push(['unknown_cloud', graphCloud]);
  if (!isPlainAddress(username) || !isTenant(tenantId) || !isGuid(clientId)) found.push(['no_login']);
  return found;
}

/** Returns the cloud of a configuration that has passed the policy. */
export function cloudOf({ graphCloud }: StoredSettings, { graph }: Pick<ResolvedSmtpOptions, 'graph'>): MicrosoftCloud {
  return graph.clouds.get(graphCloud ?? '')!;
}

function isTenant(value: unknown): boolean {
  return typeof value === 'string' && value.length <= CONFIG_FIELDS.tenantId.maxLength && (isGuid(value) || isFQDN(value));
}

function isCloudName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= CONFIG_FIELDS.graphCloud.maxLength;
}
