import { Input } from '@adminjs/design-system';
import React, { useEffect, useRef, useState } from 'react';

const DELAY_MS = 300;

interface Props extends Omit<React.ComponentProps<typeof Input>, 'value' | 'onChange'> {
  value: string;
  onChange: (value: string) => void;
}

/** A search field that passes on its text after a pause in typing. */
export default function DelayedInput({ value, onChange, ...control }: Props): React.ReactElement {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // The value was cleared, or changed by browser navigation.
  if (value !== known) {
    setKnown(value);
    if (value !== typed.trim()) setTyped(value);
  }
  /** The current callback, which includes changes of other filters. */
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => latest.current(typed.trim()), DELAY_MS);
    return () => clearTimeout(timer);
    // Only typing restarts the delay.
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
