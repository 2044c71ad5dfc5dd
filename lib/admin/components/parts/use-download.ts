import { useState } from 'react';
import { type Downloaded, downloadFile } from '../model/api.js';
import { refusal } from './refusal.js';
import type { Texts } from './use-texts.js';

/** Gives a file to the browser, which stores it as after a click on a link. */
function save(file: Blob, filename: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  document.body.append(link);
  link.click();
  link.remove();
  // Browsers read the file after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Returns a function that downloads a file from an action, and its state. */
export function useDownload(texts: Texts) {
  const [busy, setBusy] = useState<string | null>(null);
  const [failure, setFailure] = useState('');
  const download = async (path: string, data: unknown, key = path): Promise<Extract<Downloaded, { file: Blob }> | undefined> => {
    setBusy(key);
    setFailure('');
    try {
      const result = await downloadFile(path, data);
      if ('file' in result) {
        save(result.file, result.filename);
        return result;
      }
      setFailure(refusal(result.refused, texts));
    } catch (problem) {
      setFailure(texts.problem(problem));
    } finally {
      setBusy(null);
    }
    return undefined;
  };
  return {
    /** The key of the download that is running. */
    busy,
    failure,
    download,
  };
}
