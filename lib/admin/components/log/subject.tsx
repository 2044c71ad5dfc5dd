import React from 'react';
import { listRecipients } from '../../../shared/recipients.js';
import type { LogMessage } from '../model/message.js';
import type { Texts } from '../parts/use-texts.js';

/** Returns the subject, or a placeholder for a sensitive message or an empty subject. */
export function subjectOf({ sensitive, subject }: Pick<LogMessage, 'sensitive' | 'subject'>, texts: Texts): string {
  return sensitive ? texts.t('sensitiveSubject') : subject || texts.t('noSubject');
}

/** Returns the listed addresses of a message, with the number of further recipients. */
export const recipientsOf = (message: Pick<LogMessage, 'recipients' | 'recipientCount'>, texts: Texts): string =>
  listRecipients(message, (values) => texts.t('recipientsAndMore', values));

/** The subject and recipients that identify a message in a dialog. */
export function MessageSummary({ message, texts }: { message: LogMessage; texts: Texts }): React.ReactElement {
  return (
    <p style={{ overflowWrap: 'anywhere' }}>
      {texts.t('aboutMessage', { subject: subjectOf(message, texts), recipients: message.recipients })}
    </p>
  );
}
