/** Set by the global setup, called by the global teardown. */
declare var stopTestServices: (() => Promise<void>)[] | undefined;
