import { Icon } from '@adminjs/design-system';
import { useNotice, useTranslation } from 'adminjs';
import React from 'react';
import SteadyButton from '../parts/SteadyButton.js';
import type { useDownload } from '../parts/use-download.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  resourceId: string;
  /** The query of the list's filters. */
  query: Record<string, string>;
  download: ReturnType<typeof useDownload>;
  /** Called with the number of messages if the file does not contain all. */
  onCut: (count: number | null) => void;
}

/** Downloads the messages of the current filter as CSV, in the panel's language and the browser's time zone. */
export default function CsvButton({ texts, resourceId, query, download, onCut }: Props): React.ReactElement {
  const addNotice = useNotice();
  const { language } = useTranslation().i18n;
  const run = async (): Promise<void> => {
    onCut(null);
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const file = await download.download(`${resourceId}/actions/csv?${new URLSearchParams(query)}`, { language, timeZone });
    if (!file) return;
    if (file.isCut) onCut(file.count);
    addNotice({ message: 'csvDownloaded', type: 'success', resourceId, options: { count: file.count } });
  };
  return (
    <SteadyButton type="button" size="sm" variant="outlined" off={download.busy !== null} onClick={() => void run()}>
      <Icon icon="Download" />
      {download.busy === null ? texts.button('downloadCsv') : texts.t('csvPreparing')}
    </SteadyButton>
  );
}
