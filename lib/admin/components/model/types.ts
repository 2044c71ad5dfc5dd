import type { ScreenSettings } from '../../../shared/smtp-config.js';

/** The flattened values of a record from AdminJS. */
export type Params = Record<string, unknown>;

/** The settings of an application without options. */
export const DEFAULT_SETTINGS: ScreenSettings = {
  appName: '',
  activities: [],
  secretSources: [],
  storedSecrets: true,
  single: false,
  manageRoles: null,
  passwordOnUpdate: 'keep',
  allowPlaintext: true,
  allowPlaintextAuth: false,
  allowAnonymousTls: false,
  graphClouds: [],
  defaultCloud: 'global',
  allowPasswordGrant: false,
  microsoftSmtpHosts: [],
};
