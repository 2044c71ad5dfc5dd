import type { ActionProps } from 'adminjs';
import React from 'react';
import MissingRecord, { isMissing } from './parts/MissingRecord.js';
import { useTexts } from './parts/use-texts.js';
import ConfigSummary from './summary/ConfigSummary.js';

/** The page that shows a configuration. */
export default function SmtpConfigShow({ resource, record, action }: ActionProps): React.ReactElement | null {
  const texts = useTexts(resource.id);
  if (!record) return null;
  if (isMissing(record)) return <MissingRecord texts={texts} resource={resource} />;
  return <ConfigSummary key={record.id} resource={resource} record={record} action={action} />;
}
