import { describe, expect, it } from '@jest/globals';
import { FreshReads } from '../../lib/database/fresh-reads.js';

/** A stored value, whose reads end when they are released. */
const startStore = () => {
  const store = { value: 0, reads: 0, held: [] as (() => void)[] };
  const load = async () => {
    store.reads += 1;
    const read = store.value;
    await new Promise<void>((resolve) => store.held.push(resolve));
    if (read < 0) throw new Error(`read ${read}`);
    return read;
  };
  const release = async () => {
    store.held.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { store, load, release };
};

describe('FreshReads', () => {
  it('gives each caller what was stored before its call, with two reads for any number of callers', async () => {
    const { store, load, release } = startStore();
    const reads = new FreshReads<number>();
    const first = reads.read('a', load);
    store.value = 1;
    const later = [reads.read('a', load), reads.read('a', load), reads.read('a', load)];
    store.value = 2;
    await release();
    await release();
    expect(await first).toBe(0);
    expect(await Promise.all(later)).toEqual([2, 2, 2]);
    expect(store.reads).toBe(2);
  });

  it('reads different keys apart, and again after the end', async () => {
    const { store, load, release } = startStore();
    const reads = new FreshReads<number>();
    const both = [reads.read('a', load), reads.read('b', load)];
    expect(store.reads).toBe(2);
    await release();
    await release();
    await Promise.all(both);
    store.value = 3;
    const again = reads.read('a', load);
    await release();
    expect(await again).toBe(3);
  });

  it('fails those who share a failed read, and nobody else', async () => {
    const { store, load, release } = startStore();
    const reads = new FreshReads<number>();
    store.value = -1;
    const failing = reads.read('a', load);
    const waiting = reads.read('a', load);
    store.value = 5;
    await Promise.all([expect(failing).rejects.toThrow('read -1'), release()]);
    await release();
    expect(await waiting).toBe(5);
    expect(store.reads).toBe(2);
  });
});
