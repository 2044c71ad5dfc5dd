import { Icon } from '@adminjs/design-system';
import React from 'react';
import type { MailPreviewAttachment } from '../../../shared/message-details.js';
import { formatBytes } from '../model/bytes.js';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';
import { AttachmentList } from './record-layout.js';

interface Props {
  attachments: MailPreviewAttachment[];
  /** The key of the download that is running. */
  busy: string | null;
  texts: Texts;
  onDownload: (index: number) => void;
}

/** The attachments of a message with type and size, each with a button to download it. */
export default function Attachments({ attachments, busy, texts, onDownload }: Props): React.ReactElement | null {
  if (attachments.length === 0) return null;
  return (
    <AttachmentList aria-label={texts.t('attachments')}>
      {attachments.map(({ index, filename, contentType, bytes, isInline }) => {
        const name = filename || texts.t('attachmentUnnamed', { number: index + 1 });
        const facts = [contentType, formatBytes(bytes, texts.locale), isInline && texts.t('inlineImage')].filter(Boolean);
        return (
          <li key={index}>
            <span>
              {name} <small>{facts.join(' · ')}</small>
            </span>
            <SteadyButton
              type="button"
              size="sm"
              variant="text"
              aria-label={texts.t('downloadAttachment', { name })}
              off={busy !== null}
              onClick={() => onDownload(index)}
            >
              <Icon icon="Download" />
              {texts.button('download')}
            </SteadyButton>
          </li>
        );
      })}
    </AttachmentList>
  );
}
