import type { ConfigHealth } from '../../../shared/config-fields.js';
import { listUrl, newUrl, recordUrl } from '../parts/use-go.js';

export const messageUrl = (id: string): string => recordUrl('SmtpMessage', id, 'show');
export const activitiesUrl = (): string => listUrl('SmtpActivity');
export const configsUrl = (): string => listUrl('SmtpConfig');
/** Returns the URL of the configurations in a state. */
export const configsIn = (health: ConfigHealth): string => `${configsUrl()}?${new URLSearchParams({ 'filters.health': health })}`;
export const newConfigUrl = (): string => newUrl('SmtpConfig');
export const configUrl = (id: string, canManage: boolean): string => recordUrl('SmtpConfig', id, canManage ? 'edit' : 'show');
export const testUrl = (id: string): string => recordUrl('SmtpConfig', id, 'test');
