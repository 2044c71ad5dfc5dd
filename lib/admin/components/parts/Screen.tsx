import React, { forwardRef, type HTMLAttributes } from 'react';
import { useLocale } from './use-locale.js';

/** The outermost element of a page. It sets its language, which may differ from the document's. */
const Screen = forwardRef<HTMLDivElement, HTMLAttributes<HTMLDivElement>>(function Screen(props, ref) {
  return <div {...props} ref={ref} lang={useLocale()} data-smtp-screen />;
});

export default Screen;
