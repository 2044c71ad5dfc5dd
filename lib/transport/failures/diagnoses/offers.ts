/** Security settings and ports that probably work. */
export const SUBMISSION = { security: 'starttls', port: 587 } as const;
export const IMPLICIT = { security: 'tls', port: 465 } as const;
/** On the same port, unless that is one for STARTTLS. */
export const TLS_HERE = { security: 'tls' } as const;
export const STARTTLS = { security: 'starttls' } as const;

/** The end of the remedy for a server that took too long. */
export const SLOW = 'If the server is just slow, raise the time limit factor.';
