import { CERTIFICATE_NAMES, CONFIG_FIELDS, CONNECTION_NAMES, type ConnectionName } from '../../../../../shared/config-fields.js';
import type { StepName } from '../../../../../shared/connection-test.js';
import { endsInNumber, isDomainName, isEhloName, isIpv4, isIpv6 } from '../../../../../shared/host-names.js';
import { certificateBlocks } from '../../../../../shared/pem.js';
import { parseProxyUrl } from '../../../../../shared/proxy-url.js';
import { pemProblem } from '../../../model/certificates.js';
import { isAddress } from '../../../model/mailboxes.js';
import { authMechanism } from '../../../model/mechanism.js';
import { entraFacts } from '../entra-facts.js';
import type { FormKind, KindFact } from '../kind.js';
import { presetOf } from './presets/index.js';

const STEPS: StepName[] = ['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message'];

/** The formats of optional fields: the problem of a text that does not have it. */
const FORMATS: readonly [field: ConnectionName, code: string, isValid: (text: string) => boolean][] = [
  ['tlsServerName', 'tls_server_name', isDomainName],
  ['ehloName', 'ehlo_name', isEhloName],
  ['localAddress', 'local_address', (text) => isIpv4(text) || isIpv6(text.replace(/^\[(.*)\]$/, '$1'))],
  ['proxyUrl', 'proxy_url', (text) => parseProxyUrl(text) !== undefined],
];
/** True for a text in ASCII. The server converts international names before it checks them. */
const isAscii = (text: string): boolean => /^[\0-\x7f]+$/.test(text.trim());

/** A configuration that sends through an SMTP server. */
export const smtpKind: FormKind = {
  authMethods: ['password', 'oauth2'],
  offeredMethods(draft) {
    const found = presetOf(draft);
    return found && found.preset.authMethod !== 'oauth2' ? ['password'] : ['password', 'oauth2'];
  },
  authCard: (method) => ({ label: `authMethod_${method}`, help: `auth_${method}`, isClosed: false, isInsecure: false }),
  authRule({ security, clientCertificate }, { allowPlaintextAuth, allowAnonymousTls }) {
    if (security === 'none') return allowPlaintextAuth ? { locked: false } : { locked: true, value: false, reason: 'auth_locked_off' };
    // A client certificate can take the place of a login.
    return allowAnonymousTls || clientCertificate.trim() ? { locked: false } : { locked: true, value: true, reason: 'auth_locked_on' };
  },
  secrets: ({ authMethod, security, clientCertificate, proxyUrl, proxyUser }, auth) => [
    ...(auth ? [authMethod === 'oauth2' ? ('clientSecret' as const) : ('password' as const)] : []),
    ...(clientCertificate.trim() && security !== 'none' ? (['clientKey'] as const) : []),
    ...(proxyUrl.trim() && proxyUser.trim() ? (['proxyPassword'] as const) : []),
  ],
  mayWantAppPassword(draft) {
    const found = presetOf(draft);
    return draft.authMethod === 'password' && (found === null || found.preset.appPassword === true);
  },
  hint(field, draft) {
    const id = presetOf(draft)?.preset.id;
    if (field === 'provider') return id && `preset_${id}`;
    return id && draft.authMethod === 'password' ? `preset_${id}_${field}` : undefined;
  },
  suggestName: (draft) => presetOf(draft)?.preset.id.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) ?? draft.host,
  advanced: ['authMechanism', 'envelopeFrom', ...CONNECTION_NAMES, 'clientCertificate', 'clientKey', 'proxyPassword'],
  fill: ({ host, port, timeoutScale }, source) => ({
    host: host || source.host,
    port: port || source.port,
    timeoutScale: timeoutScale || source.timeoutScale,
  }),
  check(draft, { allowPlaintext }, refuse) {
    const { host, port, security } = draft;
    refuse('host', 'required', !host.trim());
    refuse('host', 'host_numeric', endsInNumber(host.trim()) && !isIpv4(host.trim()));
    refuse('host', 'host_format', /[\s/@,;]|:\/\//.test(host.trim()) || host.length > 253);
    refuse('port', 'required', !port.trim());
    for (const [field, code, isValid] of FORMATS) refuse(field, code, isAscii(draft[field]) && !isValid(draft[field].trim()));
    refuse('envelopeFrom', 'email', !!draft.envelopeFrom.trim() && !isAddress(draft.envelopeFrom));
    refuse('proxyUser', 'proxy_user', !!draft.proxyUrl.trim() && draft.proxyUser.includes(':'));
    refuse('security', 'plaintext_forbidden', security === 'none' && !allowPlaintext);
    for (const name of CERTIFICATE_NAMES) {
      const problem = pemProblem(draft[name]);
      refuse(name, problem, problem !== '');
      refuse(name, 'pem_too_long', draft[name].trim().length > CONFIG_FIELDS[name].maxLength);
    }
    refuse('pinnedCertificate', 'one_certificate', certificateBlocks(draft.pinnedCertificate).length > 1);
  },
  steps: ({ security }, auth) => STEPS.filter((name) => (name !== 'tls' || security !== 'none') && (name !== 'auth' || auth)),
  facts(draft, settings, auth) {
    const { host, port, security, authMethod, username, tlsServerName, clientCertificate, ehloName, localAddress, timeoutScale } = draft;
    const { envelopeFrom, proxyUrl, proxyUser } = draft;
    const { preset, region } = presetOf(draft) ?? {};
    const password: KindFact[] = [{ field: 'username', value: username }, { field: 'password' }];
    const login: KindFact[] = [
      { field: 'authMethod', label: `authMethod_${authMethod}` },
      ...(authMethod === 'oauth2' ? entraFacts(draft, settings) : password),
      { field: 'authMechanism', value: authMechanism(draft) },
    ];
    return [
      ...(preset ? [{ field: 'host', name: 'provider', value: [preset.name, region?.label].filter(Boolean).join(' · ') } as const] : []),
      { field: 'host', name: 'groupServer', value: `${host}:${port}` },
      { field: 'security', label: `security_${security}` },
      ...(auth ? login : [{ field: 'authRequired', name: 'groupLogin', text: 'noLogin' } as const]),
      ...(security === 'none' ? [] : [{ field: 'tlsServerName', value: tlsServerName } as const]),
      ...(clientCertificate && security !== 'none' ? [{ field: 'clientKey' } as const] : []),
      { field: 'envelopeFrom', value: envelopeFrom },
      { field: 'ehloName', value: ehloName },
      { field: 'localAddress', value: localAddress },
      { field: 'proxyUrl', value: proxyUrl },
      ...(proxyUser ? [{ field: 'proxyUser', value: proxyUser } as const, { field: 'proxyPassword' } as const] : []),
      ...(Number(timeoutScale) > 1 ? [{ field: 'timeoutScale', value: timeoutScale } as const] : []),
    ];
  },
  address: ({ host, port }) => `${host}:${port}`,
  summary: ({ host, port }) => `${host}:${port}`,
};
