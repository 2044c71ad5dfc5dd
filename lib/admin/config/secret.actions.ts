import type { ActionHandler, ActionResponse } from 'adminjs';
import type { SecretRequest, SecretSearch } from '../../config/secret-finder.js';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import { MailError } from '../../shared/mail-error.js';
import { recordErrors } from '../adminjs/admin-errors.js';
import { type Handler, onPost } from '../adminjs/on-post.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import { typedValues } from '../adminjs/typed-values.js';
import type { SecretChoicesResponse } from '../../shared/admin-responses.js';
import type { SecretCheck } from '../../shared/secrets.js';

type Errors = { errors: ReturnType<typeof recordErrors> };

type SecretHandlers = Record<'secretChoices' | 'checkSecret', ActionHandler<ActionResponse>>;

/** Creates the handlers for secrets in sources: listing them, and checking that one can be read. Never returns a value. */
export function secretHandlers(configs: SmtpConfigService): SecretHandlers {
  const secretChoices: Handler<SecretChoicesResponse & Partial<Errors>> = async (request, _response, context) => {
    const { source, search, limit } = typedValues(request.payload);
    try {
      return await configs.secretChoices({ source, search, limit } as SecretSearch, callerOf(context));
    } catch (error) {
      if (!(error instanceof MailError) || (!error.fields && error.code !== 'SECRET')) throw error;
      const none = { choices: [], hasMore: false };
      return error.fields ? { ...none, errors: recordErrors(error.fields) } : { ...none, problem: error.message };
    }
  };

  const checkSecret: Handler<SecretCheck | Errors> = async (request, _response, context) => {
    try {
      return await configs.checkSecret(typedValues(request.payload) as unknown as SecretRequest, callerOf(context));
    } catch (error) {
      if (!(error instanceof MailError) || !error.fields) throw error;
      return { errors: recordErrors(error.fields) };
    }
  };

  return { secretChoices: onPost(secretChoices), checkSecret: onPost(checkSecret) };
}
