import { useActionResponseHandler, ViewHelpers } from 'adminjs';

/** Goes to another page of the panel without loading it anew. */
export function useGo(): (url: string) => void {
  const respond = useActionResponseHandler();
  // Without `ignore_params` the filter and page of a list would travel along.
  return (url) => respond({ data: { redirectUrl: `${url}?ignore_params=true` } });
}

/** Goes to the page before, as long as it was one of the panel's; else elsewhere. */
export function useBack(elsewhere: () => void): () => void {
  return () => {
    // React Router counts the pages of the panel in the history's state.
    const { idx } = (window.history.state ?? {}) as { idx?: number };
    if (idx) window.history.back();
    else elsewhere();
  };
}

/** Addresses of the panel's pages. */
export const listUrl = (resourceId: string): string => new ViewHelpers().resourceUrl({ resourceId });
export const newUrl = (resourceId: string): string => new ViewHelpers().newUrl(resourceId);
export const recordUrl = (resourceId: string, recordId: string, actionName: string): string =>
  new ViewHelpers().recordActionUrl({ resourceId, recordId, actionName });
