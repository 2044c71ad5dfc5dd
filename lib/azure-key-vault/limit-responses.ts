import type { SecretClientOptions } from '@azure/keyvault-secrets';
import { readLimited } from '../io/read-limited.js';

type AdditionalPolicy = NonNullable<SecretClientOptions['additionalPolicies']>[number];

/** More than enough: a page has 25 names, and a secret at most 25 KB (learn.microsoft.com, "About Azure Key Vault secrets"). */
const MAX_BYTES = 1_048_576;

/** Reads at most 1 MiB of a response, uncompressed. The SDK has no limit. */
export const limitResponses: AdditionalPolicy = {
  position: 'perRetry',
  policy: {
    name: 'limitResponses',
    async sendRequest(request, next) {
      // Matches every status, so that the SDK passes the body on unread.
      request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
      const response = await next(request);
      if (response.readableStreamBody) response.bodyAsText = String(await readLimited(response.readableStreamBody, MAX_BYTES));
      response.readableStreamBody = undefined;
      return response;
    },
  },
};
