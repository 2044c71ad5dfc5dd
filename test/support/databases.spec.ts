import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { databases, openDatabase, type OpenDatabase } from './databases.js';

describe.each(databases)('a test database on $name', ({ name }) => {
  it('is empty and private, and is removed afterwards', async () => {
    const [one, two] = await Promise.all([openDatabase(name, {}), openDatabase(name, {})]);
    try {
      await one.dataSource.query('create table note (words varchar(10))');
      await one.dataSource.query("insert into note values ('one')");
      await expect(two.dataSource.query('select * from note')).rejects.toThrow(/note/);
    } finally {
      await Promise.all([one.drop(), two.drop()]);
    }
    expect(await exists(one)).toBe(false);
  });
});

/** Checks the file on SQLite, which creates a missing file when it connects. */
async function exists({ options, dataSource }: OpenDatabase): Promise<boolean> {
  if (options.type === 'better-sqlite3') return existsSync(options.database);
  return dataSource.initialize().then(
    () => true,
    () => false,
  );
}
