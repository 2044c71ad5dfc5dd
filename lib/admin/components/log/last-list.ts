import { listUrl } from '../parts/use-go.js';

const KEY = 'smtp-mail-log';

/** Remembers the filters and the page of the log in this tab, for the way back from a message. */
export function rememberList(search: string): void {
  const params = new URLSearchParams(search);
  for (const name of ['refresh', 'ignore_params']) params.delete(name);
  try {
    sessionStorage.setItem(KEY, params.toString());
  } catch {
    // Without storage, the way back leads to the whole log.
  }
}

/** Returns the URL of the log with its last filters and page. */
export function lastListUrl(resourceId: string): string {
  let query: string | null = null;
  try {
    query = sessionStorage.getItem(KEY);
  } catch {
    // See above.
  }
  return query ? `${listUrl(resourceId)}?${query}` : listUrl(resourceId);
}
