import React, { useState } from 'react';
import type { MailPreview } from '../../../shared/mail-log.js';
import { recordAction } from '../model/api.js';
import { frameHtml } from '../model/framed.js';
import { whyNoContent, type LogMessage } from '../model/message.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import { Help } from '../parts/Field.js';
import LockedNote from '../parts/LockedNote.js';
import { refusal } from '../parts/refusal.js';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';
import { Sheet } from './layout.js';

const SWITCH = { html: 'asHtml', text: 'asText' };

interface Props {
  message: LogMessage;
  resourceId: string;
  canView: boolean;
  texts: Texts;
}

/** The content of a message, loaded on request, because viewing is recorded. */
export default function Content({ message, resourceId, canView, texts }: Props): React.ReactElement {
  const [preview, setPreview] = useState<MailPreview | null>(null);
  const [kind, setKind] = useState<'html' | 'text'>('html');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const blocked = whyNoContent(message);

  const show = async (): Promise<void> => {
    setBusy(true);
    setFailure('');
    try {
      const response = await recordAction(resourceId, message.id, 'preview', {});
      if (response.preview) {
        setPreview(response.preview);
        setKind(response.preview.html === null ? 'text' : 'html');
      } else setFailure(refusal(response, texts));
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
    setBusy(false);
  };

  if (blocked)
    return (
      <p>
        <LockedNote>{texts.t(blocked)}</LockedNote>
      </p>
    );
  if (!canView)
    return (
      <p>
        <LockedNote>{texts.t('contentForbidden')}</LockedNote>
      </p>
    );
  if (!preview) {
    return (
      <>
        <SteadyButton type="button" variant="outlined" off={busy} onClick={() => void show()}>
          {texts.button('showContent')}
        </SteadyButton>
        <Help>{texts.t('viewingRecorded')}</Help>
        {failure && (
          <div style={{ marginTop: 16 }}>
            <Alert tone="error">{failure}</Alert>
          </div>
        )}
      </>
    );
  }
  const { html, text, attachments } = preview;
  return (
    <>
      {html !== null && text !== null && (
        <div role="group" aria-label={texts.t('content')} style={{ display: 'flex', gap: 8, marginBottom: 8 }}>
          {(['html', 'text'] as const).map((one) => (
            <Button
              key={one}
              type="button"
              size="sm"
              variant={kind === one ? 'contained' : 'outlined'}
              aria-pressed={kind === one}
              onClick={() => setKind(one)}
            >
              {texts.button(SWITCH[one])}
            </Button>
          ))}
        </div>
      )}
      <Sheet>
        {kind === 'html' && html !== null ? (
          <iframe title={texts.t('contentFrame')} sandbox="" referrerPolicy="no-referrer" srcDoc={frameHtml(html)} />
        ) : (
          <pre data-testid="content-text">{text || texts.t('contentEmpty')}</pre>
        )}
      </Sheet>
      {attachments.length > 0 && (
        <p>
          {texts.t('attachments')}:{' '}
          {attachments.map(({ filename, bytes }) => `${filename} (${texts.t('bytes', { kb: Math.ceil(bytes / 1000) })})`).join(', ')}
        </p>
      )}
      <Help>{texts.t('contentNote')}</Help>
    </>
  );
}
