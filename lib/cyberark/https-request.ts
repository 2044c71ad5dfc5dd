import { Agent, request } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { codeOf, networkFailure } from '../secret/secret-failure.js';
import { SecretSourceError } from '../secret/secret-source.js';

/** How to reach a vault over HTTPS. */
export interface VaultTls extends Pick<ConnectionOptions, 'cert' | 'key' | 'passphrase' | 'pfx'> {
  /** PEM certificates to trust instead of Node's own. */
  ca?: string | string[];
  /** Makes the connections, for instance through a proxy. @default a new connection for each request */
  agent?: Agent;
}

export interface VaultRequest {
  /** Named in errors. */
  vault: string;
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  tls: VaultTls;
  signal: AbortSignal;
}

const MAX_BYTES = 1_048_576;

/**
 * One request to a vault. Follows no redirect, and reads at most 1 MiB.
 * @throws SecretSourceError when there is no answer; nothing of the request or the answer is in it
 */
export async function httpsRequest(asked: VaultRequest): Promise<{ status: number; body: string }> {
  const { vault, url, method = 'GET', headers = {}, body, tls, signal } = asked;
  const { agent = new Agent({ keepAlive: false }), ...identity } = tls;
  try {
    return await new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, agent, minVersion: 'TLSv1.2', ...identity, signal }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes > MAX_BYTES) response.destroy(Object.assign(new Error('The answer is too large.'), { code: 'ANSWER_TOO_LARGE' }));
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  } catch (error) {
    if (signal.aborted) throw new SecretSourceError('unreachable', `${vault} did not answer in time.`);
    const code = codeOf(error);
    throw (
      networkFailure(vault, code) ??
      new SecretSourceError('misconfigured', `${vault} could not be asked${code && ` (${code})`}.`, 'Check its address and certificates.')
    );
  }
}

/** The base address of a vault without the slash at its end. @throws Error when it is no `https:` URL */
export function httpsUrl(url: string): string {
  const { protocol, username, password, search, hash } = new URL(url);
  if (protocol !== 'https:' || username || password || search || hash) throw new TypeError('Not a plain https: URL.');
  return url.replace(/\/+$/, '');
}

/** A JSON object; undefined for anything else. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
