import { useNotice } from 'adminjs';
import React, { useState } from 'react';
import { resourceAction } from '../model/api.js';
import { refusal } from '../parts/refusal.js';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  resourceId: string;
  configId: string;
  /** True if something else is more likely to help. */
  isSecond?: boolean;
  onTried: () => void;
}

/** A button that tries a failing configuration immediately, and shows an error next to itself. */
export default function TryNow({ texts, resourceId, configId, isSecond = false, onTried }: Props): React.ReactElement {
  const addNotice = useNotice();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const tryNow = async (): Promise<void> => {
    setBusy(true);
    setFailure('');
    try {
      const response = await resourceAction(resourceId, 'tryNow', { configId });
      if (response.notice?.type === 'error') setFailure(refusal(response, texts));
      else addNotice({ message: 'trying', type: 'success', resourceId });
      onTried();
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
    setBusy(false);
  };
  return (
    <>
      <SteadyButton
        type="button"
        size="sm"
        variant={isSecond ? 'text' : 'outlined'}
        style={isSecond ? { paddingLeft: 0, paddingRight: 0 } : undefined}
        off={busy}
        onClick={() => void tryNow()}
      >
        {texts.button('tryNow')}
      </SteadyButton>
      {failure && <span role="alert">{failure}</span>}
    </>
  );
}
