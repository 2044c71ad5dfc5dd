/** True if libfaketime changes the time of this process and its children, as in `npm run test:clocks`. */
const isFaked = process.env.FAKETIME !== undefined;

/**
 * Gives a browser the time of this process.
 * Chromium itself hangs with libfaketime, so the time is set in its pages instead.
 */
export const browserClock = {
  env: isFaked ? removeFaketime() : undefined,
  timezoneId: isFaked ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC',
  /** @param {import('playwright-core').BrowserContext} context */
  async set(context) {
    if (isFaked) await context.clock.install({ time: Date.now() });
  },
};

/** @returns {Record<string, string>} */
function removeFaketime() {
  const { LD_PRELOAD: _library, ...env } = process.env;
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (name.startsWith('FAKETIME') || !value ? [] : [[name, value]])));
}

/** Returns a TZ in which it is about noon now, so that the day does not end during a test. */
export function findZoneAtNoon() {
  const behind = new Date().getUTCHours() - 12;
  // POSIX offsets are positive to the west.
  return `Etc/GMT${behind < 0 ? '' : '+'}${behind}`;
}
