import type { ActionProps } from 'adminjs';
import React from 'react';
import ConfigForm from './form/ConfigForm.js';

/** The page for creating, editing and showing a configuration. */
export default function SmtpConfigForm(props: ActionProps): React.ReactElement {
  return <ConfigForm key={`${props.action.name} ${props.record?.id ?? ''}`} {...props} />;
}
