// First, because AdminJS reads its folder while it is imported.
import './components-folder.js';

export { createSmtpResources, type SmtpResourcesOptions } from './create-smtp-resources.js';
export { withSmtpAdmin, type SmtpAdminFactory } from './with-smtp-admin.js';
