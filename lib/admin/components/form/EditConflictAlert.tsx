import React from 'react';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  onReload: (how: 'keep' | 'drop') => void;
}

/** Reports an edit conflict and loads the other version, with or without the changes made here. */
export default function EditConflictAlert({ texts, onReload }: Props): React.ReactElement {
  const actions = (
    <>
      <Button type="button" size="sm" variant="outlined" onClick={() => onReload('keep')}>
        {texts.button('reloadKeeping')}
      </Button>
      <Button type="button" size="sm" variant="text" onClick={() => onReload('drop')}>
        {texts.button('reload')}
      </Button>
    </>
  );
  return (
    <Alert tone="error" testId="stale" actions={actions}>
      {texts.t('stale')}
    </Alert>
  );
}
