import type { FailureContext, SmtpCause, Verdict } from './failure-context.js';

/** A step that took too long: what was waited for, and what usually stands behind it. */
export function timeoutFailure(cause: SmtpCause, { host, port, phase, security }: FailureContext): Verdict {
  const within = cause.afterMs === undefined ? 'in time' : `within ${Math.round(cause.afterMs / 100) / 10} s`;
  const where = `${host}:${port}`;
  switch (phase) {
    case 'dns':
      return [
        'TIMEOUT',
        `The name ${host} could not be resolved ${within}.`,
        { remedy: 'Check the name and the DNS servers of this machine.' },
      ];
    case 'tcp':
      return [
        'TIMEOUT',
        `${where} did not accept a connection ${within}.`,
        { remedy: 'Check the host and port; a firewall on the way looks like this too.' },
      ];
    case 'greeting':
      return [
        'TIMEOUT',
        `${where} accepted the connection but did not greet ${within}.`,
        {
          remedy:
            security === 'tls'
              ? undefined
              : 'Check the port: a server that expects SSL/TLS from the start stays silent like this (usually port 465).',
        },
      ];
    case 'tls':
      return [
        'TIMEOUT',
        `${where} did not complete the TLS handshake ${within}.`,
        {
          remedy:
            security === 'tls'
              ? 'Check the port: a server that starts without encryption may look like this. Try STARTTLS (usually port 587).'
              : undefined,
        },
      ];
    case 'auth':
      return ['TIMEOUT', `${where} did not answer the login ${within}.`];
    case 'sender':
    case 'recipient':
    case 'message':
      return ['TIMEOUT', `${where} stopped answering before it took the message (${within}).`];
  }
}

/** Everything that ends a session without being about the login, the envelope or the message. */
export function networkFailure(cause: SmtpCause, code: string, context: FailureContext): Verdict {
  const { host, port, phase } = context;
  const where = `${host}:${port}`;
  if (phase === 'dns' || cause.code === 'EDNS') return dnsFailure(code, host);
  if (phase === 'tls' || code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) return tlsFailure(code, context);
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'CONNECTION',
        `${where} refused the connection.`,
        { remedy: 'Check the host and port, and that the mail server is running.' },
      ];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return [
        'CONNECTION',
        `There is no way from here to ${where}.`,
        { remedy: 'Check the host, the network of this machine and the firewall.' },
      ];
    case 'EACCES':
    case 'EPERM':
    case 'ERR_ACCESS_DENIED':
      return [
        'CONNECTION',
        `This machine does not allow connections to ${where}.`,
        { remedy: 'Check the local firewall and the permissions of the process.' },
      ];
  }
  if (cause.responseCode && phase === 'greeting') {
    return [
      'CONNECTION',
      `${where} refused the session.`,
      { remedy: "The server's reply says why; the address of this machine may be blocked." },
    ];
  }
  return ['CONNECTION', phase === 'tcp' ? `${where} could not be reached.` : `${where} dropped the connection.`];
}

function dnsFailure(code: string, host: string): Verdict {
  return code === 'EAI_AGAIN'
    ? [
        'DNS',
        `The name ${host} could not be looked up: the DNS server did not answer.`,
        { remedy: 'Check the network and the DNS servers of this machine.' },
      ]
    : ['DNS', `There is no server named ${host}.`, { remedy: 'Check the spelling of the host name.' }];
}

function tlsFailure(code: string, { host, port, security }: FailureContext): Verdict {
  const where = `${host}:${port}`;
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/.test(code)) {
    return [
      'TLS',
      `${where} only speaks a version of TLS that is no longer safe.`,
      { remedy: 'The server has to support TLS 1.2 or newer.' },
    ];
  }
  if (isProtocolMismatch(code) && security === 'tls') {
    return [
      'TLS',
      `${where} does not start with TLS.`,
      { remedy: 'Choose STARTTLS for this port, or the port for SSL/TLS (usually 465).' },
    ];
  }
  return [
    'TLS',
    `The encrypted connection to ${where} could not be set up.`,
    { remedy: 'Check the port and the security setting; the server and this machine may have no TLS version or cipher in common.' },
  ];
}

/** True when the other side does not speak TLS at all, as against speaking it badly. */
export function isProtocolMismatch(code: string): boolean {
  return /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|HTTP_REQUEST|^ECONNRESET$|^ECONNECTION$|^EPIPE$|^ETLS$/.test(
    code,
  );
}
