import {
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  type ValidationOptions,
  isFQDN,
  isIP,
  validateSync,
} from 'class-validator';
import { CONFIG_NAME } from '../message/check-message.js';
import { hasControlCharacters, isPlainAddress, parseMailbox } from '../message/mailbox.js';
import type { FieldProblem } from '../shared/mail-error.js';
import { MAX_ACTIVITIES } from '../options/options.js';
import type { SmtpSecurity } from '../transport/smtp/smtp-settings.js';
import { caProblem } from './ca-certificate.js';
import { usesEntra } from './destination.js';
import type { SmtpAuthMethod, SmtpConfigType } from './smtp-config.entity.js';

/** Addresses in CC, and in BCC. */
export const MAX_COPIES = 50;

/** A rule's code for programs and its sentence for people. */
const says = (code: string, message: string): ValidationOptions => ({ message, context: { code } });
const given = (_: unknown, value: unknown): boolean => value !== null && value !== undefined;
const isGeneric = (config: SmtpConfigRules): boolean => config.type === 'generic';
/** Microsoft wants the address of a mailbox where others want any name. */
const isPlainName = (value: unknown, config: SmtpConfigRules): boolean => !usesEntra(config) || value === null || isPlainAddress(value);
const GUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i;
/** True for the id of an app or a tenant. */
export const isGuid = (value: unknown): boolean => typeof value === 'string' && GUID.test(value);

/** A rule made of a function; what it returns is the problem. */
const Satisfies = (code: string, message: string, isValid: (value: unknown, config: SmtpConfigRules) => boolean): PropertyDecorator =>
  ValidateBy(
    { name: code, validator: { validate: (value, args) => isValid(value, args!.object as SmtpConfigRules) } },
    says(code, message),
  );

const OneLine = (): PropertyDecorator =>
  Satisfies('control_characters', 'This must be one line of text.', (value) => typeof value !== 'string' || !hasControlCharacters(value));
/** PostgreSQL takes no NUL in a text, and half a surrogate pair is no character. */
const Storable = (): PropertyDecorator =>
  Satisfies(
    'control_characters',
    'This holds a character that cannot be stored.',
    (value) => typeof value !== 'string' || !/[\0\p{Cs}]/u.test(value),
  );
const Longest = (length: number): PropertyDecorator => MaxLength(length, says('too_long', `At most ${length} characters.`));
const AtMost = (max: number, what: string): PropertyDecorator =>
  Satisfies('too_long', `At most ${max} ${what}.`, (value) => !Array.isArray(value) || value.length <= max);
const Flag = (): PropertyDecorator => IsBoolean(says('not_a_boolean', 'This must be yes or no.'));

/** The rules each configuration must satisfy, whoever writes it. Checked on the whole of what would be stored. */
export class SmtpConfigRules {
  @IsString(says('required', 'Enter a name.'))
  @Matches(CONFIG_NAME, says('name_format', 'Use 1 to 50 letters, digits and underscores.'))
  name!: string;

  @IsIn(['generic', 'ms_graph'], says('not_a_choice', 'Choose SMTP server or MS Graph.'))
  type!: SmtpConfigType;

  @Flag()
  enabled!: boolean;

  @Flag()
  isDefault!: boolean;

  @ValidateIf(given)
  @IsString(says('not_text', 'This must be text.'))
  @Longest(255)
  @OneLine()
  fromName!: string | null;

  @Satisfies('email', 'Enter one e-mail address, such as no-reply@example.com.', (value) => value === null || isPlainAddress(value))
  @Satisfies(
    'required',
    'Enter the address mails come from: the user name is not an e-mail address.',
    (value, { username }) => value !== null || isPlainAddress(username),
  )
  fromAddress!: string | null;

  @Satisfies('mailbox', 'Enter one e-mail address.', (value) => value === null || isMailbox(value))
  replyTo!: string | null;

  @ValidateIf(given)
  @IsString(says('not_text', 'This must be text.'))
  @Longest(250)
  @Storable()
  signature!: string | null;

  @ValidateIf(given)
  @IsString(says('not_text', 'This must be text.'))
  @Longest(1000)
  @Storable()
  description!: string | null;

  @ValidateIf(isGeneric)
  @Satisfies('host_format', 'Enter a host name such as smtp.example.com, or an IP address.', (value) => value === null || isHost(value))
  @Satisfies('required', 'Enter the SMTP host.', (value) => value !== null)
  host!: string | null;

  @ValidateIf(isGeneric)
  @IsInt(says('port_range', 'Enter a whole number from 1 to 65535.'))
  @Min(1, says('port_range', 'Enter a whole number from 1 to 65535.'))
  @Max(65535, says('port_range', 'Enter a whole number from 1 to 65535.'))
  port!: number | null;

  @ValidateIf(isGeneric)
  @IsIn(['starttls', 'tls', 'none'], says('not_a_choice', 'Choose STARTTLS, SSL/TLS or no encryption.'))
  security!: SmtpSecurity | null;

  @Flag()
  authRequired!: boolean;

  @IsIn(['password', 'oauth2'], says('not_a_choice', 'Choose password or OAuth2.'))
  authMethod!: SmtpAuthMethod;

  @ValidateIf((config: SmtpConfigRules, value) => config.authRequired || given(config, value))
  @Satisfies('required', 'Enter the user name.', (value) => value !== null && value !== '')
  @Longest(320)
  @OneLine()
  @Satisfies('user_mailbox', 'Enter the address of the mailbox that mail leaves from.', isPlainName)
  username!: string | null;

  @ValidateIf(usesEntra)
  @Satisfies('required', 'Enter the tenant id.', (value) => value !== null)
  @Satisfies(
    'tenant_format',
    'Enter the tenant id, such as 72f988bf-86f1-41af-91ab-2d7cd011db47, or a domain of the tenant.',
    (value) => value === null || isTenant(value),
  )
  tenantId!: string | null;

  @ValidateIf(usesEntra)
  @Satisfies('required', 'Enter the client id of the app.', (value) => value !== null)
  @Satisfies(
    'client_format',
    'Enter the client id of the app; it looks like 72f988bf-86f1-41af-91ab-2d7cd011db47.',
    (value) => value === null || isGuid(value),
  )
  clientId!: string | null;

  @ValidateIf(usesEntra)
  @ValidateIf(given)
  @IsString(says('not_a_choice', 'Choose a cloud from the list.'))
  graphCloud!: string | null;

  /** Has rules of its own: {@link caProblem}. */
  caCertificate!: string | null;

  @AtMost(MAX_COPIES, 'addresses')
  @Satisfies('mailbox', 'Enter one e-mail address each.', (value) => isShortList(value, MAX_COPIES) && value.every(isMailbox))
  cc!: string[];

  @AtMost(MAX_COPIES, 'addresses')
  @Satisfies('mailbox', 'Enter one e-mail address each.', (value) => isShortList(value, MAX_COPIES) && value.every(isMailbox))
  bcc!: string[];

  @AtMost(MAX_ACTIVITIES, 'types of mail')
  @Satisfies('not_text', 'Choose from the list.', (value) => isShortList(value, MAX_ACTIVITIES) && value.every(isText))
  copyActivities!: string[];

  @IsInt(says('not_a_number', 'Enter a whole number from 1 to 50.'))
  @Min(1, says('not_a_number', 'Enter a whole number from 1 to 50.'))
  @Max(50, says('not_a_number', 'Enter a whole number from 1 to 50.'))
  maxConnections!: number;

  constructor(values: { [K in keyof SmtpConfigRules]: SmtpConfigRules[K] }) {
    for (const field of RULE_FIELDS) (this as Record<string, unknown>)[field] = values[field];
  }
}

const RULE_FIELDS = [
  'name',
  'type',
  'enabled',
  'isDefault',
  'fromName',
  'fromAddress',
  'replyTo',
  'signature',
  'description',
  'host',
  'port',
  'security',
  'authRequired',
  'authMethod',
  'username',
  'tenantId',
  'clientId',
  'graphCloud',
  'caCertificate',
  'cc',
  'bcc',
  'copyActivities',
  'maxConnections',
] as const satisfies readonly (keyof SmtpConfigRules)[];

/** The problems of a configuration by field; empty when there are none. */
export function problemsOf(values: { [K in keyof SmtpConfigRules]: SmtpConfigRules[K] }): Record<string, FieldProblem> {
  const errors = validateSync(new SmtpConfigRules(values), { forbidUnknownValues: false });
  const problems = Object.fromEntries(
    errors.map(({ property, constraints = {}, contexts = {} }) => {
      // class-validator lists the constraints from the last decorator to the first; the last is the most basic.
      const [name, message] = Object.entries(constraints).at(-1) ?? ['invalid', 'This is not valid.'];
      const { code = name } = (contexts[name] ?? {}) as { code?: string };
      return [property, { code, message }];
    }),
  );
  const ca = values.caCertificate === null ? undefined : caProblem(values.caCertificate);
  return ca ? { ...problems, caCertificate: ca } : problems;
}

/** True for a host name or an address. */
export function isHost(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 255) return false;
  return isIP(value) || isFQDN(value, { require_tld: false, allow_underscores: true });
}

/** True for the id of a tenant, or a domain of one. */
export function isTenant(value: unknown): boolean {
  return isGuid(value) || (typeof value === 'string' && value.length <= 255 && isFQDN(value));
}

/** What is too long has a rule of its own, and is not looked through. */
export function isShortList(value: unknown, max: number): value is unknown[] {
  return Array.isArray(value) && value.length <= max;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** True for one mailbox, with or without a name. */
export function isMailbox(value: unknown): boolean {
  try {
    return typeof value === 'string' && value.length <= 640 && Boolean(parseMailbox(value, 'mailbox'));
  } catch {
    return false;
  }
}
