import React from 'react';
import type { LogMessage } from '../model/message.js';
import type { Texts } from '../parts/use-texts.js';

/** Returns the subject, or a placeholder for a sensitive message or an empty subject. */
export function subjectOf({ sensitive, subject }: Pick<LogMessage, 'sensitive' | 'subject'>, texts: Texts): string {
  return sensitive ? texts.t('sensitiveSubject') : subject || texts.t('noSubject');
}

/** Returns the stored addresses of the To line, and the number of further recipients. */
export function recipientsOf({ recipients, recipientCount }: Pick<LogMessage, 'recipients' | 'recipientCount'>, texts: Texts): string {
  const more = recipientCount - recipients.split(', ').length;
  return more > 0 ? texts.t('recipientsAndMore', { recipients, count: more }) : recipients;
}

/** The subject and recipients that identify a message in a dialog. */
export function MessageSummary({ message, texts }: { message: LogMessage; texts: Texts }): React.ReactElement {
  return (
    <p style={{ overflowWrap: 'anywhere' }}>
      {texts.t('aboutMessage', { subject: subjectOf(message, texts), recipients: message.recipients })}
    </p>
  );
}
