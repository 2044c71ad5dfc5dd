import { describe, expect, it } from '@jest/globals';
import { textFromHtml } from '../../lib/message/text-from-html.js';

describe('textFromHtml', () => {
  it('returns the text with its links, without styles, scripts and images', async () => {
    const html = `<html><head><style>p { color: red }</style><title>Title</title></head><body>
      <h1>Straße &amp; Weg</h1><p>Hello <b>Zoë</b>,<br>see <a href="https://acme.io/1?a=b">your invoice</a> or
      <a href="https://acme.io">https://acme.io</a>.</p><img src="cid:logo" alt="Logo"><script>alert(1)</script>
      <table><tr><td>Total</td><td>10 €</td></tr></table><ul><li>one</li><li>two</li></ul></body></html>`;
    expect(await textFromHtml(html)).toBe(
      'Straße & Weg\n\nHello Zoë,\nsee your invoice [https://acme.io/1?a=b] or https://acme.io.\n\nTotal\n10 €\n\n * one\n * two',
    );
  });

  it.each([
    ['only images', '<img src="cid:logo">'],
    ['no content', ''],
    ['more than 100,000 characters', 'x'.repeat(100_001)],
  ])('returns nothing for HTML with %s', async (_what, html) => {
    expect(await textFromHtml(html)).toBeUndefined();
  });

  it.each(['<div>', '<table><tr><td>', '<p><b>', '<!--', '&', '<a href="'])('survives a long HTML of %s', async (part) => {
    expect((await textFromHtml(part.repeat(100_000 / part.length))) ?? '').not.toContain('<div>');
  });
});
