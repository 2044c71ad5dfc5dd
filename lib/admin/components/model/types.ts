import type { ScreenSettings } from '../../../shared/smtp-config.js';

/** Flattened values of a record, as AdminJS sends them. */
export type Params = Record<string, unknown>;

/** Settings of a host that sets nothing. */
export const DEFAULT_SETTINGS: ScreenSettings = {
  appName: '',
  activities: [],
  secretSources: [],
  storedSecrets: true,
  single: false,
  passwordOnUpdate: 'keep',
  allowPlaintext: true,
  allowPlaintextAuth: false,
  allowAnonymousTls: false,
  graphClouds: [],
  defaultCloud: 'global',
  allowPasswordGrant: false,
  microsoftSmtpHosts: [],
};
