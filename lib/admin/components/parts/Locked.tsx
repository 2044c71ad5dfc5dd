import { Icon } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';

/** Why something cannot be changed, behind a lock. */
export default function Locked({ children }: { children: ReactNode }): React.ReactElement {
  return (
    <>
      <span aria-hidden="true">
        <Icon icon="Lock" size={12} />
      </span>{' '}
      {children}
    </>
  );
}
