import type { ActionProps } from 'adminjs';
import React from 'react';
import ConfigForm from './form/ConfigForm.js';
import MissingRecord, { isMissing } from './parts/MissingRecord.js';
import { useTexts } from './parts/use-texts.js';

/** The page for creating and editing a configuration. */
export default function SmtpConfigForm(props: ActionProps): React.ReactElement {
  const texts = useTexts(props.resource.id);
  if (props.record && isMissing(props.record)) return <MissingRecord texts={texts} resource={props.resource} />;
  return <ConfigForm key={`${props.action.name} ${props.record?.id ?? ''}`} {...props} />;
}
