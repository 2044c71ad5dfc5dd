/** Returns the setup that the parent passed to this process. */
export function readSetup(): unknown {
  return JSON.parse(process.env.TEST_PROCESS!);
}

/** Reports that this process is ready, and answers the parent's requests. The process ends with its parent. */
export function serveParent(answer: (request: never) => unknown): void {
  process.on('message', ({ id, request }: { id: number; request: unknown }) => {
    Promise.resolve()
      .then(() => answer(request as never))
      .then(
        (given) => process.send?.({ id, answer: given ?? null }),
        (error: Error) => process.send?.({ id, error: error.message }),
      );
  });
  process.once('disconnect', () => process.exit());
  process.send?.({ id: 0 });
}
