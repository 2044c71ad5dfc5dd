/** What the parent gave to this process. */
export function setup(): unknown {
  return JSON.parse(process.env.TEST_PROCESS!);
}

/** Says that this process is ready, and answers the parent's requests. It ends with the parent. */
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
