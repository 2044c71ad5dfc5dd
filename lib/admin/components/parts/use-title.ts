import { useEffect } from 'react';

/** The title of the document, which AdminJS never changes. */
const panelTitle = document.title;

/** Names the browser's tab after the page: the record first, because tabs cut the end off. */
export function useTitle(...parts: (string | undefined)[]): void {
  const title = parts.filter(Boolean).join(' · ');
  useEffect(() => {
    document.title = title || panelTitle;
    return () => {
      document.title = panelTitle;
    };
  }, [title]);
}
