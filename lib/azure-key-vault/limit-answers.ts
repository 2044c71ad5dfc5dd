import type { SecretClientOptions } from '@azure/keyvault-secrets';

type AdditionalPolicy = NonNullable<SecretClientOptions['additionalPolicies']>[number];

/** A page of names has 25 of them, a secret at most 25 KB (learn.microsoft.com, "About Azure Key Vault secrets"). */
const MAX_BYTES = 1_048_576;

/** Reads at most 1 MiB of an answer, unpacked: the SDK would read whatever comes. */
export const limitAnswers: AdditionalPolicy = {
  position: 'perRetry',
  policy: {
    name: 'limitAnswers',
    async sendRequest(request, next) {
      // Stands for every status: the body is handed over unread.
      request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
      const response = await next(request);
      if (response.readableStreamBody) response.bodyAsText = await readText(response.readableStreamBody);
      response.readableStreamBody = undefined;
      return response;
    },
  },
};

async function readText(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop destroys the stream, and the connection with it.
  for await (const chunk of stream) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_BYTES) throw Object.assign(new Error('The answer is too large.'), { code: 'ANSWER_TOO_LARGE' });
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}
