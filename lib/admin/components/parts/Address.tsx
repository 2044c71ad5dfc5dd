import React, { Fragment } from 'react';

/** An address or host name that breaks before an @, a dot or a colon, not in the middle of a word. */
export default function Address({ children }: { children: string }): React.ReactElement {
  return (
    <>
      {children.split(/(?=[@.:])/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}
