import type { SecretClientOptions } from '@azure/keyvault-secrets';
import { readLimited } from '../io/read-limited.js';

type AdditionalPolicy = NonNullable<SecretClientOptions['additionalPolicies']>[number];

/** A page of names has 25 of them, a secret at most 25 KB (learn.microsoft.com, "About Azure Key Vault secrets"). */
const MAX_BYTES = 1_048_576;

/** Reads at most 1 MiB of an answer, uncompressed. The SDK has no limit. */
export const limitAnswers: AdditionalPolicy = {
  position: 'perRetry',
  policy: {
    name: 'limitAnswers',
    async sendRequest(request, next) {
      // Means every status: the SDK then passes the body on unread.
      request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
      const response = await next(request);
      if (response.readableStreamBody) response.bodyAsText = String(await readLimited(response.readableStreamBody, MAX_BYTES));
      response.readableStreamBody = undefined;
      return response;
    },
  },
};
