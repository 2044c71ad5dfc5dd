import { Icon } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';

/** A note with a lock icon that explains why something cannot be changed. */
export default function LockedNote({ children }: { children: ReactNode }): React.ReactElement {
  return (
    <>
      <span aria-hidden="true">
        <Icon icon="Lock" size={12} />
      </span>{' '}
      {children}
    </>
  );
}
