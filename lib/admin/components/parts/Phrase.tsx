import React, { Fragment, type ReactNode } from 'react';
import type { Texts } from './use-texts.js';

interface Props {
  texts: Texts;
  /** The key of the text. */
  text: string;
  /** The values of the text, which may be elements. */
  values: Record<string, ReactNode>;
}

/** Stand-ins for the values, from a range of characters without a meaning. */
const FIRST = 0xe000;

/** A text with elements in place of its values. */
export default function Phrase({ texts, text, values }: Props): React.ReactElement {
  const names = Object.keys(values);
  const words = texts.t(text, Object.fromEntries(names.map((name, index) => [name, String.fromCharCode(FIRST + index)])));
  return (
    <>
      {words.split(/([\uE000-\uE0FF])/).map((part, index) => (
        <Fragment key={index}>{index % 2 === 1 ? values[names[part.charCodeAt(0) - FIRST]!] : part}</Fragment>
      ))}
    </>
  );
}
