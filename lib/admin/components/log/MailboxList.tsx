import React from 'react';
import type { MailLogMailbox, MailLogMailboxes } from '../../../shared/message-details.js';
import type { Texts } from '../parts/use-texts.js';

/** Formats a mailbox as in a header. */
export const mailboxText = ({ name, address }: MailLogMailbox): string => (name ? `${name} <${address}>` : address);

/** The mailboxes of a header, one per line. Names those that the configuration added. */
export default function MailboxList({ mailboxes, texts }: { mailboxes: MailLogMailboxes; texts: Texts }): React.ReactElement {
  const { shown, more } = mailboxes;
  return (
    <>
      {shown.map((mailbox) => (
        <div key={mailbox.address}>
          {mailboxText(mailbox)}
          {mailbox.isCopy && <small> – {texts.t('copyOfConfig')}</small>}
        </div>
      ))}
      {more > 0 && <div>{texts.t('andMore', { count: more.toLocaleString(texts.locale) })}</div>}
    </>
  );
}
