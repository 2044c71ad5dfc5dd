import { listUrl, newUrl, recordUrl } from '../parts/use-go.js';

export const messageUrl = (id: string): string => recordUrl('SmtpMessage', id, 'show');
export const activitiesUrl = (): string => listUrl('SmtpActivity');
export const configsUrl = (): string => listUrl('SmtpConfig');
/** Returns the URL of the configurations that were neither used nor tested. */
export const untestedUrl = (): string => `${listUrl('SmtpConfig')}?${new URLSearchParams({ 'filters.health': 'untested' })}`;
export const newConfigUrl = (): string => newUrl('SmtpConfig');
export const configUrl = (id: string, canManage: boolean): string => recordUrl('SmtpConfig', id, canManage ? 'edit' : 'show');
export const testUrl = (id: string): string => recordUrl('SmtpConfig', id, 'test');
