/** Returns the size of a test: the full one in `npm run test:faults`, otherwise one that takes less time. */
export const sized = (full: number, small: number): number => (process.env.TEST_FAULTS === 'full' ? full : small);
