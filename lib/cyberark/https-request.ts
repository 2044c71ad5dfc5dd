import { type HttpsResponse, HttpsClient } from '../io/https-client.js';
import { codeOf, toNetworkError } from '../secret/secret-failure.js';
import { SecretSourceError } from '../secret/secret-source.js';
import type { VaultTls } from './vault-tls.js';

/** A request to a vault. */
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

/**
 * Sends one request to a vault. Follows no redirect, and reads at most 1 MiB.
 * @throws SecretSourceError without a response; it contains nothing of the request or the response
 */
export async function httpsRequest({ vault, tls: { agent, ...tls }, method = 'GET', ...request }: VaultRequest): Promise<HttpsResponse> {
  try {
    return await new HttpsClient({ tls, agent, hosts: [new URL(request.url).host] }).request({ method, ...request });
  } catch (error) {
    if (request.signal.aborted) throw new SecretSourceError('unreachable', `${vault} did not respond in time.`);
    const code = codeOf(error);
    throw (
      toNetworkError(vault, code) ??
      new SecretSourceError('misconfigured', `${vault} could not be read${code && ` (${code})`}.`, 'Check its URL and certificates.')
    );
  }
}

/** Parses a JSON object; undefined for anything else. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
