import type { DeliveryNotifications } from '../../message/mail-message.js';
import { xtext } from '../../shared/xtext.js';

/** RFC 3461 §4.2: with its type, and encoded. */
const MAX_ORIGINAL = 500;

/** Returns the parameters of MAIL that request notifications (RFC 3461 §4.3, §4.4). */
export function mailParameters({ return: part, id }: DeliveryNotifications): string[] {
  return [...(part ? [` RET=${part === 'full' ? 'FULL' : 'HDRS'}`] : []), ...(id ? [` ENVID=${xtext(id)}`] : [])];
}

/** Returns the parameters of RCPT that request notifications (RFC 3461 §4.1, §4.2). @param recipient as it is sent */
export function rcptParameters({ notify }: DeliveryNotifications, recipient: string): string[] {
  const original = originalRecipient(recipient);
  return [
    ...(notify ? [` NOTIFY=${notify.map((event) => event.toUpperCase()).join(',')}`] : []),
    ...(original.length <= MAX_ORIGINAL ? [` ORCPT=${original}`] : []),
  ];
}

/** Returns the address that notifications name, after its type. An address beyond ASCII is a type of its own (RFC 6533 §3). */
function originalRecipient(recipient: string): string {
  if (/^[\0-\x7f]*$/.test(recipient)) return `rfc822;${xtext(recipient)}`;
  return `utf-8;${recipient.replace(/[^!-*,-<>-[\]-~]/gu, (one) => `\\x{${one.codePointAt(0)!.toString(16).toUpperCase()}}`)}`;
}
