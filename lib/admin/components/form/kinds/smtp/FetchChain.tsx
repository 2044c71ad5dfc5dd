import React, { useState } from 'react';
import Button from '../../../parts/Button.js';
import { useForm } from '../../form-context.js';
import ChainDialog, { type ChainField } from './ChainDialog.js';

interface Props {
  id: string;
  /** The field that the certificate is for. */
  into: ChainField;
  onTrust: (pem: string) => void;
}

/** A button that fetches the server's certificates, to trust one of them; none without encryption. */
export default function FetchChain({ id, into, onTrust }: Props): React.ReactElement | null {
  const { draft, refuse, texts } = useForm();
  const [isFetching, setFetching] = useState(false);
  if (draft.security === 'none') return null;
  const fetchChain = (): void => {
    if (draft.host.trim()) setFetching(true);
    else refuse({ host: { type: 'required' } }, '');
  };
  const trust = (pem: string): void => {
    onTrust(pem);
    setFetching(false);
  };
  return (
    <>
      <Button type="button" id={id} variant="outlined" size="sm" onClick={fetchChain}>
        {texts.button('fetchChain')}
      </Button>
      {isFetching && <ChainDialog into={into} onTrust={trust} onClose={() => setFetching(false)} />}
    </>
  );
}
