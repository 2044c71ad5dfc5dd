import type { FailureReason } from '../failures/diagnoses.js';

/** The error code of a failure at the proxy. */
export const PROXY_FAILED = 'EPROXY';

/** A failure at the proxy. It contains no words of the proxy, which may quote the login. */
export class ProxyFailure extends Error {
  readonly code = PROXY_FAILED;

  /** @param isFinal false if the proxy may say something else about another address of the server */
  constructor(
    readonly reason: Extract<FailureReason, `proxy_${string}` | 'not_a_proxy'>,
    readonly isFinal = true,
  ) {
    super('Proxy');
  }
}
