import { Input } from '@adminjs/design-system';
import React, { useEffect, useRef, useState } from 'react';

const DELAY_MS = 300;

interface Props extends Omit<React.ComponentProps<typeof Input>, 'value' | 'onChange'> {
  value: string;
  onChange: (value: string) => void;
}

/** Text to search for, which is passed on when one stops typing. */
export default function DelayedInput({ value, onChange, ...control }: Props): React.ReactElement {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // It was cleared, or one went back in the browser.
  if (value !== known) {
    setKnown(value);
    if (value !== typed.trim()) setTyped(value);
  }
  /** Keeps the other filters that change meanwhile. */
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => latest.current(typed.trim()), DELAY_MS);
    return () => clearTimeout(timer);
    // Only what is typed starts the wait anew.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [typed]);
  return (
    <Input
      {...control}
      type="search"
      value={typed}
      onChange={(event: React.ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
    />
  );
}
