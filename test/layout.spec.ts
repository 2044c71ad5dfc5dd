import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The source files of the package by path. */
const sources = new Map(
  readdirSync(join(root, 'lib'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => [relative(root, file), readFileSync(file, 'utf8')] as const),
);
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

/** Counts the matches in each measured file, and leaves out files without one. */
function count(pattern: RegExp, isMeasured: (file: string) => boolean): Record<string, number> {
  const counts = [...sources]
    .filter(([file]) => isMeasured(file))
    .map(([file, text]) => [file, [...withoutComments(text).matchAll(pattern)].length] as const);
  return Object.fromEntries(counts.filter(([, matches]) => matches > 0));
}

/** Files over 300 lines, with the reason. */
const LONG_FILES: Record<string, string> = {
  'lib/shared/config-fields.ts': 'every field of a configuration, in one table',
  'lib/transport/smtp/message-pipeline.ts': 'the commands and replies of messages, read from top to bottom',
  'lib/transport/smtp/smtp-session.ts': 'one SMTP session, read from top to bottom',
  'lib/transport/smtp/smtp.transport.ts': 'the pool of sessions, read from top to bottom',
};

/** Exceptions need a reason next to them. */
describe('the layout of lib', () => {
  it('declares no type both for the server and for the screens', () => {
    const names = (isOfScreens: boolean): string[] =>
      [...sources]
        .filter(([file]) => file.startsWith('lib/admin/components/') === isOfScreens)
        .flatMap(([, text]) => [...withoutComments(text).matchAll(/^(?:export )?(?:declare )?(?:interface|type) (\w+)/gm)])
        .map(([, name]) => name!);
    const ofServer = new Set(names(false));
    expect([...new Set(names(true))].filter((name) => ofServer.has(name))).toEqual([]);
  });

  it('compares the kind of a configuration in kinds/ only', () => {
    const kind = `['"](?:generic|ms_graph)['"]`;
    const comparison = new RegExp(`[!=]==? ${kind}|${kind} [!=]==?|case ${kind}|\\bms_graph:|includes\\(${kind}`, 'g');
    expect(count(comparison, (file) => !file.includes('/kinds/') && !file.includes('/locales/'))).toEqual({});
  });

  it('keeps SQL in database/, outbox/sql/, *.sql.ts and migrations/', () => {
    const statement = /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|LOCK TABLES?)\s+[\w"'`{$(*]|\.createQueryBuilder\(/g;
    const allowed = /^lib\/(?:database|outbox\/sql|migrations)\/|\.sql\.ts$|^lib\/admin\/locales\//;
    expect(count(statement, (file) => !allowed.test(file))).toEqual({});
  });

  it('has no file over 300 lines without a reason', () => {
    const long = [...sources].filter(([file, text]) => !file.includes('/locales/') && text.trimEnd().split('\n').length > 300);
    expect(long.map(([file]) => file).toSorted()).toEqual(Object.keys(LONG_FILES).toSorted());
  });
});
