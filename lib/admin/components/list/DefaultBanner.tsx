import React from 'react';
import type { ApiResponse } from '../model/api.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  meta: NonNullable<ApiResponse['meta']>;
  canChange: boolean;
  onEdit: (id: string) => void;
  onChoose: () => void;
}

/** The warning that mail without its own configuration cannot be sent, because the default is missing or disabled. */
export default function DefaultBanner({ texts, meta, canChange, onEdit, onChoose }: Props): React.ReactElement | null {
  const { hasDefault, defaultConfig } = meta;
  const off = defaultConfig?.enabled === false ? defaultConfig : null;
  if (hasDefault !== false && !off) return null;
  const button = (label: string, onClick: () => void): React.ReactElement => (
    <Button key={label} type="button" size="sm" variant="outlined" onClick={onClick}>
      {label}
    </Button>
  );
  const actions = off
    ? [button(texts.button('edit'), () => onEdit(off.id)), button(texts.button('chooseOtherDefault'), onChoose)]
    : [button(texts.button('chooseDefault'), onChoose)];
  return (
    <Alert tone="warning" testId={off ? 'default-off' : 'no-default'} actions={canChange ? actions : undefined}>
      {off ? texts.t('defaultOff', { name: off.name }) : texts.t('noDefault')}
    </Alert>
  );
}
