import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useRef, useState, type DragEvent, type ReactNode } from 'react';
import type { CertificateName } from '../../../../../shared/config-fields.js';
import { pemProblem } from '../../../model/certificates.js';
import Button from '../../../parts/Button.js';
import { focusRing } from '../../../parts/tones.js';
import { useForm } from '../../form-context.js';
import TextField from '../../TextField.js';
import CertificateList from './CertificateList.js';

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

interface Props {
  name: CertificateName;
  /** The server that the certificates are meant for, if they must have its name. */
  host?: string;
  /** More buttons below the field. */
  children?: ReactNode;
}

/** A field for certificates in PEM: pasted, dropped or chosen as a file, with a description of each below. */
export default function PemField({ name, host = '', children }: Props): React.ReactElement {
  const { draft, set, texts } = useForm();
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);

  const read = async (files: FileList | null): Promise<void> => {
    const text = await files?.[0]?.text();
    // Cleared, so that the same file can be chosen again.
    if (file.current) file.current.value = '';
    if (text) set({ [name]: text });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files);
  };
  const problem = pemProblem(draft[name]);
  const isWorthAsking = draft[name].trim() !== '' && (problem === '' || problem === 'pem_incomplete');
  return (
    <Drop
      $over={over}
      onDragOver={(event: DragEvent) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <TextField name={name} rows={5} placeholder="-----BEGIN CERTIFICATE-----" error={problem && texts.error(name, { type: problem })} />
      <Buttons>
        <input
          ref={file}
          id={`${name}File`}
          type="file"
          hidden
          accept=".pem,.crt,.cer"
          onChange={(event) => void read(event.target.files)}
        />
        <Button type="button" variant="outlined" size="sm" onClick={() => file.current?.click()}>
          {texts.button('chooseFile')}
        </Button>
        {children}
      </Buttons>
      <CertificateList name={name} pem={isWorthAsking ? draft[name] : null} host={host} />
    </Drop>
  );
}
