export interface Gate {
  /** Resolves when the gate is opened. */
  opened: Promise<void>;
  open: () => void;
}

/** Creates a gate, which holds back a test or its server until it is opened. */
export function createGate(): Gate {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
