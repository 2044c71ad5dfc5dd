import React, { forwardRef, type HTMLAttributes } from 'react';
import { useLocale } from './use-locale.js';

/** The outermost element of a page of ours. It names its language: that of the document is not always the one chosen. */
const Screen = forwardRef<HTMLDivElement, HTMLAttributes<HTMLDivElement>>(function Screen(props, ref) {
  return <div {...props} ref={ref} lang={useLocale()} data-smtp-screen />;
});

export default Screen;
