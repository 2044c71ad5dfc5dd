export interface Gate {
  /** Resolves once the gate is opened. */
  opened: Promise<void>;
  open: () => void;
}

/** Returns a gate: what waits for it goes on when a test, or a server of a test, opens it. */
export function gate(): Gate {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
