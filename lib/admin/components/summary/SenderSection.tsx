import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { mailboxText } from '../log/MailboxList.js';
import { isAddress } from '../model/mailboxes.js';
import { authOn } from '../model/rules.js';
import { Chip, Chips } from '../parts/chips.js';
import { warningTone } from '../parts/tones.js';
import { activityLabel } from '../parts/UsageFacts.js';
import Fact from './Fact.js';
import { Facts } from './layout.js';
import Section from './Section.js';
import type { SummaryProps } from './summary-props.js';

const Signature = styled.div`
  white-space: pre-wrap;
`;

const Warning = styled.span`
  color: ${warningTone};
`;

/** A list of addresses or names; nothing for an empty one. */
function ListFact({ name, label, list }: { name: string; label: string; list: string[] }): React.ReactElement | null {
  if (list.length === 0) return null;
  return (
    <Fact name={name} label={label}>
      <Chips aria-label={label}>
        {list.map((entry) => (
          <Chip key={entry}>
            <span>{entry}</span>
          </Chip>
        ))}
      </Chips>
    </Fact>
  );
}

/** The sender of a configuration, and the copies of its mail. Without a From address, the user name is the sender. */
export default function SenderSection({ texts, settings, config }: SummaryProps): React.ReactElement | null {
  const { draft } = config;
  const { fromName, fromAddress, username, replyTo, signature, cc, bcc, copyActivities } = draft;
  const isUsername = !fromAddress && authOn(draft, settings) && isAddress(username);
  const address = fromAddress || (isUsername ? username : '');
  const hasCopies = cc.length > 0 || bcc.length > 0;
  if (!address && !fromName && !replyTo && !signature && !hasCopies) return null;
  return (
    <Section title={texts.t('groupSender')} testId="sender">
      <Facts>
        {(address || fromName) && (
          <Fact name="from" label={texts.t('columnFrom')}>
            {address ? mailboxText({ name: fromName, address }) : fromName}
            {isUsername && <small>{texts.t('fromUsername')}</small>}
          </Fact>
        )}
        {replyTo && (
          <Fact name="replyTo" label={texts.property('replyTo')}>
            {replyTo}
          </Fact>
        )}
        {signature && (
          <Fact name="signature" label={texts.property('signature')}>
            <Signature>{signature}</Signature>
          </Fact>
        )}
        <ListFact name="cc" label={texts.property('cc')} list={cc} />
        <ListFact name="bcc" label={texts.property('bcc')} list={bcc} />
        {hasCopies && copyActivities.length === 0 && (
          <Fact name="copyActivities" label={texts.property('copyActivities')}>
            <Warning>▲ {texts.t('noCopies')}</Warning>
          </Fact>
        )}
        {hasCopies && (
          <ListFact
            name="copyActivities"
            label={texts.property('copyActivities')}
            list={copyActivities.map((key) => activityLabel(key, settings.activities))}
          />
        )}
      </Facts>
    </Section>
  );
}
