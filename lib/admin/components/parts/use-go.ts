import { useActionResponseHandler, ViewHelpers } from 'adminjs';
import type { LogFilters } from '../model/log-filters.js';

/** Returns a function that opens another page of the panel without reloading it. */
export function useGo(): (url: string) => void {
  const respond = useActionResponseHandler();
  // Without a query of its own or `ignore_params`, the filter and page of a list would be kept.
  return (url) => respond({ data: { redirectUrl: url.includes('?') ? url : `${url}?ignore_params=true` } });
}

/** Returns a function that opens the previous page if it was in the panel; otherwise `elsewhere`. */
export function useBack(elsewhere: () => void): () => void {
  return () => {
    // React Router keeps the index of the page in the history's state.
    const { idx } = (window.history.state ?? {}) as { idx?: number };
    if (idx) window.history.back();
    else elsewhere();
  };
}

/** Returns the URL of the mail log with the messages that match filters. */
export const logUrl = (filters: LogFilters): string =>
  `${listUrl('SmtpMessage')}?${new URLSearchParams(Object.entries(filters).flatMap(([name, value]) => (value ? [[`filters.${name}`, value]] : [])))}`;

/** URLs of the panel's pages. */
export const listUrl = (resourceId: string): string => new ViewHelpers().resourceUrl({ resourceId });
export const newUrl = (resourceId: string): string => new ViewHelpers().newUrl(resourceId);
export const recordUrl = (resourceId: string, recordId: string, actionName: string): string =>
  new ViewHelpers().recordActionUrl({ resourceId, recordId, actionName });
