import { Link } from '@adminjs/design-system';
import React from 'react';
import { recordUrl } from './use-go.js';
import { type Texts, useTexts } from './use-texts.js';

interface Props {
  texts: Texts;
  /** The id of the configuration. */
  configId: string;
  /** The field to correct, which the form focuses. */
  field: string;
  /** The id of the text that says what is wrong. */
  describedBy?: string;
}

/** A link to the field of a configuration that needs to be corrected. */
export default function FixLink({ texts, configId, field, describedBy }: Props): React.ReactElement {
  const { property } = useTexts('SmtpConfig');
  return (
    <Link href={`${recordUrl('SmtpConfig', configId, 'edit')}#${field}`} data-field={field} aria-describedby={describedBy}>
      {texts.t('checkField', { field: property(field) })}
    </Link>
  );
}
