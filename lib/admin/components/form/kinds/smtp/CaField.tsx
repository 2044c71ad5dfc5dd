import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useRef, useState, type DragEvent } from 'react';
import { pemProblem, withCertificate } from '../../../model/certificates.js';
import Button from '../../../parts/Button.js';
import { focusRing } from '../../../parts/tones.js';
import CertificateList from './CertificateList.js';
import ChainDialog from './ChainDialog.js';
import Disclosure from '../../Disclosure.js';
import { useForm } from '../../form-context.js';
import TextField from '../../TextField.js';

const Drop = styled.div`
  margin-bottom: ${themeGet('space', 'xl')};
  border-radius: ${themeGet('space', 'sm')};
  ${(props: { $over: boolean }) => props.$over && focusRing}
  & textarea {
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'sm')};
  }
`;

const Buttons = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
`;

/** The private CA: pasted, dropped, chosen as a file or fetched from the server, with a description below. */
export default function CaField(): React.ReactElement {
  const { draft, set, errors, refuse, caRequests, texts } = useForm();
  const [over, setOver] = useState(false);
  const [fetching, setFetching] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!caRequests) return;
    const field = document.getElementById('caCertificate');
    field?.focus({ preventScroll: true });
    field?.scrollIntoView({ block: 'center' });
  }, [caRequests]);

  const read = async (files: FileList | null): Promise<void> => {
    const text = await files?.[0]?.text();
    // Cleared, so that the same file can be chosen again.
    if (file.current) file.current.value = '';
    if (text) set({ caCertificate: text });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files);
  };
  const fetchChain = (): void => {
    if (draft.host.trim()) setFetching(true);
    else refuse({ host: { type: 'required' } }, '');
  };
  const trust = (pem: string): void => {
    set((now) => ({ caCertificate: withCertificate(now.caCertificate, pem) }));
    setFetching(false);
  };
  const problem = pemProblem(draft.caCertificate);
  const isWorthAsking = draft.caCertificate.trim() !== '' && (problem === '' || problem === 'pem_incomplete');
  const summary = texts.t(draft.caCertificate ? 'caSet' : 'caUnset');
  return (
    <Disclosure id="ca" title={texts.property('caCertificate')} summary={summary} open={errors.caCertificate ? true : caRequests}>
      <Drop
        $over={over}
        onDragOver={(event: DragEvent) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <TextField
          name="caCertificate"
          rows={5}
          placeholder="-----BEGIN CERTIFICATE-----"
          error={problem && texts.error('caCertificate', { type: problem })}
        />
        <Buttons>
          <input ref={file} id="caFile" type="file" hidden accept=".pem,.crt,.cer" onChange={(event) => void read(event.target.files)} />
          <Button type="button" variant="outlined" size="sm" onClick={() => file.current?.click()}>
            {texts.button('chooseFile')}
          </Button>
          {draft.security !== 'none' && (
            <Button type="button" id="fetchChain" variant="outlined" size="sm" onClick={fetchChain}>
              {texts.button('fetchChain')}
            </Button>
          )}
        </Buttons>
        <CertificateList pem={isWorthAsking ? draft.caCertificate : null} />
      </Drop>
      {fetching && <ChainDialog onTrust={trust} onClose={() => setFetching(false)} />}
    </Disclosure>
  );
}
