import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import { literalValues } from '../../../lib/admin/components/model/literal-values.js';

interface I18n {
  createInstance: () => { init: (options: object) => Promise<(key: string, values: object) => string> };
}

// The version that comes with AdminJS, set up like AdminJS does.
const { createInstance } = createRequire(createRequire(import.meta.url).resolve('adminjs'))('i18next') as I18n;
const SENTENCE = 'It is for {{names}}, and not for {{host}}.';

it('does not let a value act as a placeholder', async () => {
  const translation = { wrong: SENTENCE, other: 'SOMETHING ELSE' };
  const t = await createInstance().init({ lng: 'en', interpolation: { escapeValue: false }, resources: { en: { translation } } });
  for (const names of ['{{host}}', '{{{host}}}', '{{ host }}', '{{{{host}}', '$t(other)', '$& $1 {x}']) {
    const said = t('wrong', literalValues({ names, host: 'mail.example.com' }));
    expect(said.replaceAll('\u2060', '')).toBe(`It is for ${names}, and not for mail.example.com.`);
  }
});

it('leaves other values unchanged', () => {
  expect(literalValues({ port: 25, host: 'mail.example.com', text: '{a} {b}' })).toEqual({
    port: 25,
    host: 'mail.example.com',
    text: '{a} {b}',
  });
  expect(literalValues()).toEqual({});
});
