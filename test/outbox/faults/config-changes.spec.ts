import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

const CONNECTIONS = 3;
/** Claimed by one process at most: what a change can still find with the settings before it. */
const IN_HAND = 2 * CONNECTIONS;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Configurations that change, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  it('C2-35 C2-36 while mail is in flight: that finishes on the old connections, which close; what is claimed later leaves by the new settings', async () => {
    const { id } = await bench.configure({ maxConnections: CONNECTIONS, fromAddress: 'old@acme.io' });
    await bench.queue(60);
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.deliver();
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(CONNECTIONS));
    const { mails: inFlight, openSessions: oldSessions } = await bench.sink.state();
    await bench.host.configs.update(id, { fromAddress: 'new@acme.io' });
    await bench.sink.rules({});
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 60 }));

    const { mails, mostOpen } = await bench.sink.state();
    const subjectsOf = (list: typeof mails) => list.map(({ subject }) => subject);
    expect(new Set(subjectsOf(mails)).size).toBe(60);
    expect(mails).toHaveLength(60);
    // None of those in flight was sent again by the new settings.
    expect(mails.slice(0, CONNECTIONS)).toEqual(inFlight);
    expect(mails.filter(({ from }) => from === 'old@acme.io').length).toBeLessThanOrEqual(IN_HAND);
    expect(mails.filter(({ from }) => from === 'new@acme.io').length).toBeGreaterThanOrEqual(60 - IN_HAND);
    // A connection of the old settings carries nothing of the new ones.
    expect(mails.filter(({ from, session }) => from === 'new@acme.io' && oldSessions.includes(session))).toEqual([]);
    await eventually(async () =>
      expect((await bench.sink.state()).openSessions.filter((session) => oldSessions.includes(session))).toEqual([]),
    );
    expect(mostOpen).toBeLessThanOrEqual(CONNECTIONS);
  });
});
