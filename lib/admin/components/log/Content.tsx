import { Icon } from '@adminjs/design-system';
import React, { useState } from 'react';
import type { MailPreview } from '../../../shared/message-details.js';
import { recordAction } from '../model/api.js';
import { frameHtml } from '../model/framed.js';
import { whyNoContent, type LogMessage } from '../model/message.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import { Help } from '../parts/Field.js';
import LockedNote from '../parts/LockedNote.js';
import { refusal } from '../parts/refusal.js';
import SteadyButton from '../parts/SteadyButton.js';
import { useDownload } from '../parts/use-download.js';
import type { Texts } from '../parts/use-texts.js';
import Attachments from './Attachments.js';
import { Sheet } from './layout.js';
import { Facts, Tools } from './record-layout.js';

const VIEWS = { html: 'asHtml', text: 'asText', headers: 'asHeaders' };
type View = keyof typeof VIEWS;

interface Props {
  message: LogMessage;
  resourceId: string;
  canView: boolean;
  texts: Texts;
  /** Called after the content was shown or downloaded. */
  onViewed: () => void;
}

/** Returns the views of a message that have something to show, the best first. */
function viewsOf({ html, text, headers }: MailPreview): View[] {
  const has = { html: html !== null, text: text !== null || html === null, headers: headers.length > 0 };
  return (Object.keys(VIEWS) as View[]).filter((view) => has[view]);
}

/** The content of a message, loaded on request, because viewing is recorded. */
export default function Content({ message, resourceId, canView, texts, onViewed }: Props): React.ReactElement {
  const [preview, setPreview] = useState<MailPreview | null>(null);
  const [chosen, setChosen] = useState<View | null>(null);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const files = useDownload(texts);
  const blocked = whyNoContent(message) ?? (canView ? undefined : 'contentForbidden');

  const show = async (): Promise<void> => {
    setBusy(true);
    setFailure('');
    try {
      const response = await recordAction(resourceId, message.id, 'preview', {});
      if (response.preview) {
        setPreview(response.preview);
        onViewed();
      } else setFailure(refusal(response, texts));
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
    setBusy(false);
  };
  const download = async (action: string, data: object, key?: string): Promise<void> => {
    if (await files.download(path(action), data, key)) onViewed();
  };
  const path = (action: string): string => `${resourceId}/records/${encodeURIComponent(message.id)}/${action}`;

  if (blocked) {
    return (
      <p>
        <LockedNote>{texts.t(blocked)}</LockedNote>
      </p>
    );
  }
  const views = preview ? viewsOf(preview) : [];
  const view = chosen ?? views[0];
  return (
    <>
      <Tools>
        {!preview && (
          <SteadyButton type="button" variant="outlined" off={busy} onClick={() => void show()}>
            {texts.button('showContent')}
          </SteadyButton>
        )}
        {views.length > 1 && (
          <div role="group" aria-label={texts.t('content')}>
            {views.map((one) => (
              <Button
                key={one}
                type="button"
                size="sm"
                variant={view === one ? 'contained' : 'outlined'}
                aria-pressed={view === one}
                onClick={() => setChosen(one)}
              >
                {texts.button(VIEWS[one])}
              </Button>
            ))}
          </div>
        )}
        <SteadyButton
          type="button"
          variant={preview ? 'text' : 'outlined'}
          size={preview ? 'sm' : undefined}
          off={files.busy !== null}
          onClick={() => void download('eml', {})}
        >
          <Icon icon="Download" />
          {texts.button('downloadEml')}
        </SteadyButton>
      </Tools>
      {!preview && <Help>{texts.t('viewingRecorded')}</Help>}
      {(failure || files.failure) && (
        <div style={{ marginTop: 16 }}>
          <Alert tone="error">{failure || files.failure}</Alert>
        </div>
      )}
      {preview && (
        <>
          <Sheet>
            {view === 'html' && (
              <iframe title={texts.t('contentFrame')} sandbox="" referrerPolicy="no-referrer" srcDoc={frameHtml(preview.html!)} />
            )}
            {view === 'text' && <pre data-testid="content-text">{preview.text || texts.t('contentEmpty')}</pre>}
            {view === 'headers' && (
              <Facts data-testid="content-headers">
                {preview.headers.map(({ name, value }) => (
                  <React.Fragment key={name}>
                    <dt>{name}</dt>
                    <dd>
                      <code>{value}</code>
                    </dd>
                  </React.Fragment>
                ))}
              </Facts>
            )}
          </Sheet>
          <Attachments
            attachments={preview.attachments}
            busy={files.busy}
            texts={texts}
            onDownload={(index) => void download('attachment', { index }, String(index))}
          />
          <Help>{texts.t('contentNote')}</Help>
        </>
      )}
    </>
  );
}
