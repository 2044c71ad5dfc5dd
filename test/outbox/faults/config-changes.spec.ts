import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

const CONNECTIONS = 3;
/** The most messages that one process claims, and that can still use the settings from before a change. */
const IN_FLIGHT = 2 * CONNECTIONS;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Configurations that change, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  it('C2-35 C2-36 finishes mail in flight on the old connections, closes them, and sends later mail with the new settings', async () => {
    const { id } = await bench.configure({ maxConnections: CONNECTIONS, fromAddress: 'old@acme.io' });
    await bench.queue(60);
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.deliver();
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(CONNECTIONS));
    const { mails: inFlight, openSessions: oldSessions } = await bench.sink.readState();
    await bench.host.configs.update(id, { fromAddress: 'new@acme.io' });
    await bench.sink.setRules({});
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 60 }));

    const { mails, mostOpen } = await bench.sink.readState();
    const subjectsOf = (list: typeof mails) => list.map(({ subject }) => subject);
    expect(new Set(subjectsOf(mails)).size).toBe(60);
    expect(mails).toHaveLength(60);
    // None of the messages in flight was sent again with the new settings.
    expect(mails.slice(0, CONNECTIONS)).toEqual(inFlight);
    expect(mails.filter(({ from }) => from === 'old@acme.io').length).toBeLessThanOrEqual(IN_FLIGHT);
    expect(mails.filter(({ from }) => from === 'new@acme.io').length).toBeGreaterThanOrEqual(60 - IN_FLIGHT);
    // Connections of the old settings carry no mail of the new ones.
    expect(mails.filter(({ from, session }) => from === 'new@acme.io' && oldSessions.includes(session))).toEqual([]);
    await eventually(async () =>
      expect((await bench.sink.readState()).openSessions.filter((session) => oldSessions.includes(session))).toEqual([]),
    );
    expect(mostOpen).toBeLessThanOrEqual(CONNECTIONS);
  });
});
