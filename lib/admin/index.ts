// Must be first, because AdminJS reads its folder while it is imported.
import './adminjs/components-folder.js';

export { bundleComponents } from './bundle.js';
export { limitedLoader } from './adminjs/limited-loader.js';
export type { RequestLimits } from './adminjs/panel-request.js';
export { requestLimits } from './adminjs/request-limits.js';
export { createSmtpResources, type SmtpResourcesOptions } from './create-smtp-resources.js';
export { withSmtpAdmin, type SmtpAdminFactory } from './with-smtp-admin.js';
export type { Language, LanguageTexts } from './locales/language.js';
