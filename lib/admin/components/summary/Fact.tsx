import React, { type ReactNode } from 'react';

interface Props {
  /** Identifies the fact in tests. */
  name: string;
  label: string;
  children: ReactNode;
}

/** A name and its value. */
export default function Fact({ name, label, children }: Props): React.ReactElement {
  return (
    <div data-fact={name}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
