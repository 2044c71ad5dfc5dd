import { Button, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useRef, useState, type DragEvent } from 'react';
import { focusRing } from '../parts/tones.js';
import Disclosure from './Disclosure.js';
import { useForm } from './form-context.js';
import TextField from './TextField.js';

const Drop = styled.div`
  margin-bottom: ${themeGet('space', 'xl')};
  border-radius: ${themeGet('space', 'sm')};
  ${(props: { $over: boolean }) => props.$over && focusRing}
  & textarea {
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
`;

/** A certificate authority of one's own: pasted, dropped or chosen as a file. */
export default function CaField(): React.ReactElement {
  const { draft, set, errors, readOnly, caAsked, texts } = useForm();
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!caAsked) return;
    const field = document.getElementById('caCertificate');
    field?.focus({ preventScroll: true });
    field?.scrollIntoView({ block: 'center' });
  }, [caAsked]);

  const read = async (files: FileList | null): Promise<void> => {
    const text = await files?.[0]?.text();
    // Emptied, so that the same file can be chosen once more.
    if (file.current) file.current.value = '';
    if (text) set({ caCertificate: text });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (!readOnly) void read(event.dataTransfer.files);
  };
  const summary = texts.t(draft.caCertificate ? 'caSet' : 'caUnset');
  return (
    <Disclosure id="ca" title={texts.property('caCertificate')} summary={summary} open={errors.caCertificate ? true : caAsked}>
      <Drop
        $over={over}
        onDragOver={(event: DragEvent) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <TextField name="caCertificate" rows={5} placeholder="-----BEGIN CERTIFICATE-----" />
        {!readOnly && (
          <>
            <input ref={file} id="caFile" type="file" hidden accept=".pem,.crt,.cer" onChange={(event) => void read(event.target.files)} />
            <Button type="button" variant="outlined" size="sm" onClick={() => file.current?.click()}>
              {texts.button('chooseFile')}
            </Button>
          </>
        )}
      </Drop>
    </Disclosure>
  );
}
