import type { ProxyAddress } from '../../shared/proxy-url.js';

/** A proxy that connections to the mail server go through. Contains its password in plain text: never log it. */
export interface ProxySettings extends ProxyAddress {
  /** Missing without a login. */
  login?: ProxyLogin;
  /** PEM certificates trusted in addition to Node's own roots, for a proxy with TLS. */
  ca: string[];
}

export interface ProxyLogin {
  username: string;
  password: string;
}

/** The address of the mail server to connect to. */
export interface ProxyTarget {
  address: string;
  port: number;
}
