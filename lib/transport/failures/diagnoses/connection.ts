import { MAIL_ERRORS } from '../../../shared/mail-error.js';
import { diagnosis } from '../../../shared/diagnosis.js';
import { IMPLICIT, SLOW, SUBMISSION, TLS_HERE } from './offers.js';

const NETWORK = 'Check the host name, this machine’s network and the firewall.';
const PORT_25 =
  'Many providers and clouds block outgoing port 25. Use port 587 with STARTTLS, or ask for port 25 to be opened for this machine.';

/** The connection to a mail server: name, connection, greeting, and the end of a session. */
export const CONNECTION_DIAGNOSES = {
  dns_unknown: diagnosis('DNS', 'No server named {{host}} exists.', 'Check the spelling of the host name.', 'host'),
  dns_unanswered: diagnosis(
    'DNS',
    '{{host}} could not be resolved: the DNS server did not respond.',
    'Check the host name, and this machine’s network and DNS servers.',
    'host',
  ),
  dns_timeout: diagnosis(
    'TIMEOUT',
    '{{host}} could not be resolved within {{seconds}} s.',
    'Check the host name and this machine’s DNS servers.',
    'host',
  ),
  egress_refused: diagnosis('EGRESS', 'This application may not connect to {{host}}:{{port}}.', MAIL_ERRORS.EGRESS.remedy, 'host'),
  tcp_timeout: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} did not accept a connection within {{seconds}} s.',
    'Check the host and port. A firewall can also be the cause.',
    'port',
  ),
  port25_timeout: diagnosis('TIMEOUT', '{{host}}:{{port}} did not accept a connection within {{seconds}} s.', PORT_25, 'port', SUBMISSION),
  tcp_refused: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} refused the connection.',
    'Check the host and port, and check that the mail server is running.',
    'port',
  ),
  port25_refused: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} refused the connection.',
    `Check that the mail server is running. ${PORT_25}`,
    'port',
    SUBMISSION,
  ),
  unreachable: diagnosis('CONNECTION', 'No network route to {{host}}:{{port}}.', NETWORK, 'host'),
  ipv6_unreachable: diagnosis(
    'CONNECTION',
    'No IPv6 network route to {{host}}:{{port}}, and the host has no IPv4 address.',
    'Use a host that is reachable over IPv4, or set up IPv6 on this machine.',
    'host',
  ),
  local_address: diagnosis(
    'CONFIG_INVALID',
    'This machine cannot connect from {{localAddress}}: it is not one of its IP addresses.',
    'Enter an IP address of this machine as the local address, or leave it empty.',
    'localAddress',
  ),
  local_address_family: diagnosis(
    'CONFIG_INVALID',
    '{{host}} cannot be reached from {{localAddress}}: one is an IPv4 address, the other an IPv6 address.',
    'Enter a local address of the other kind, or leave it empty.',
    'localAddress',
  ),
  local_firewall: diagnosis(
    'CONNECTION',
    'This machine does not allow connections to {{host}}:{{port}}.',
    'Check the local firewall and the permissions of the process.',
  ),
  tcp_failed: diagnosis('CONNECTION', '{{host}}:{{port}} could not be reached.', MAIL_ERRORS.CONNECTION.remedy, 'host'),
  dropped: diagnosis('CONNECTION', '{{host}}:{{port}} dropped the connection.', MAIL_ERRORS.CONNECTION.remedy, 'port'),
  not_detected: diagnosis(
    'CONNECTION',
    'No mail server responds at {{host}} on the usual ports ({{ports}}).',
    'Check the host name, or enter the port.',
    'host',
  ),
  greeting_timeout: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} accepted the connection but sent no greeting within {{seconds}} s.',
    `Check the port: a server that expects SSL/TLS from the start (usually port 465) sends no greeting. ${SLOW}`,
    'security',
    TLS_HERE,
  ),
  tls_greeting_timeout: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} accepted the connection but sent no greeting within {{seconds}} s.',
    `The server may be overloaded. Try again later, or ask its administrator. ${SLOW}`,
    'timeoutScale',
  ),
  tls_expects_implicit: diagnosis(
    'TIMEOUT',
    '{{host}}:{{port}} accepted the connection but sent no greeting within {{seconds}} s.',
    'Choose SSL/TLS: servers on port 465 expect encryption from the start and send no greeting without it.',
    'security',
    IMPLICIT,
  ),
  not_smtp: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} is not a mail server: it sent {{bytes}} bytes that are not an SMTP reply.',
    'Check the port. Ports 587, 465 and 25 are for sending mail; ports such as 143, 993, 110 and 995 are for reading it.',
    'port',
  ),
  endless_reply: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} sent more data than a mail server does.',
    'Check the host and port: another service may be listening there.',
    'host',
  ),
  address_blocked: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} does not accept mail from this machine’s IP address.',
    'The address is on a block list; home and cloud addresses often are. Use port 587 with a login, or have the address removed from the list named in the reply.',
    'port',
  ),
  no_reverse_dns: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} refused this machine: its IP address has no matching host name (reverse DNS).',
    'Use a server that accepts a login, or ask the operator of this network to set up reverse DNS for the IP address.',
    'host',
  ),
  client_refused: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} does not accept mail from this machine.',
    'Turn on authentication if the server offers a login, or ask its administrator to allow this machine’s IP address.',
    'authRequired',
  ),
  helo_refused: diagnosis(
    'CONFIG_INVALID',
    '{{host}}:{{port}} refused the name that this machine gives in EHLO.',
    'Set the EHLO name: a fully qualified host name that resolves, such as app.example.com. The server’s reply says what it expects.',
    'ehloName',
  ),
  server_trouble: diagnosis(
    'CONNECTION',
    'The server has a problem and is not accepting mail at the moment.',
    'Try again later. If it keeps happening, ask the server’s administrator: the reply says what is wrong.',
  ),
  session_refused: diagnosis(
    'CONNECTION',
    '{{host}}:{{port}} refused the session.',
    'The server’s reply says why. This machine’s IP address may be blocked.',
    'host',
  ),
  too_many_connections: diagnosis(
    'THROTTLED',
    'The server does not accept this many connections from this machine.',
    'Lower the number of connections. Other applications on this machine may use the same server.',
    'maxConnections',
  ),
  rate_limited: diagnosis(
    'THROTTLED',
    'The server limits the rate: too much mail was sent in a short time.',
    'Wait and try again. If it keeps happening, ask the provider for a higher limit.',
  ),
  too_many_recipients: diagnosis(
    'THROTTLED',
    'The server does not accept this many recipients.',
    'Queued mail reaches the remaining recipients later. With `sendNow`, send to fewer recipients at a time.',
  ),
  session_ended: diagnosis('CONNECTION', 'The server ended the session.', 'Try again later. If it keeps happening, use fewer connections.'),
};
