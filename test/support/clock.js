/** Whether libfaketime gives this process and its children another time than the machine's: `npm run test:clocks` does. */
const isFaked = process.env.FAKETIME !== undefined;

/**
 * What makes a browser's time that of this process, wherever the test runs.
 * libfaketime stays out of Chromium, which would do nothing but wait for its own clock; its pages are given the time instead.
 */
export const browserClock = {
  env: isFaked ? withoutFaketime() : undefined,
  timezoneId: isFaked ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC',
  /** @param {import('playwright-core').BrowserContext} context */
  async set(context) {
    if (isFaked) await context.clock.install({ time: Date.now() });
  },
};

/** @returns {Record<string, string>} */
function withoutFaketime() {
  const { LD_PRELOAD: _library, ...env } = process.env;
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (name.startsWith('FAKETIME') || !value ? [] : [[name, value]])));
}

/** A time zone, for the TZ of a process, in which it is about noon: a day that does not end during a test. */
export function zoneAtNoon() {
  const behind = new Date().getUTCHours() - 12;
  // POSIX counts westward.
  return `Etc/GMT${behind < 0 ? '' : '+'}${behind}`;
}
