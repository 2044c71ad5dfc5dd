import { describe, expect, it } from '@jest/globals';
import { maySendTo, parseDestination, type SecretDestination } from '../../lib/secret/secret-destination.js';

const smtp = (host: string, port = 587): SecretDestination => ({ kind: 'smtp', host, port });
const graph = (cloud = 'global'): SecretDestination => ({ kind: 'graph', cloud });
const token = (host: string, port = 587): SecretDestination => ({ kind: 'token', host, port });

describe('The destinations of a secret', () => {
  it.each<[string, SecretDestination]>([
    ['smtp.acme.io', smtp('smtp.acme.io', 2525)],
    ['smtp.acme.io:587', smtp('smtp.acme.io')],
    [' SMTP.Acme.IO:587 ', smtp('smtp.acme.io')],
    ['smtp.acme.io', smtp('SMTP.ACME.IO')],
    ['bücher.example', smtp('xn--bcher-kva.example')],
    ['192.0.2.7:25', smtp('192.0.2.7', 25)],
    ['[2001:db8::1]:25', smtp('2001:DB8:0:0::1', 25)],
    ['2001:db8::1', smtp('2001:db8::1', 465)],
    ['graph', graph('china')],
    ['graph:China', graph('china')],
    ['smtp.acme.io', token('SMTP.acme.io', 2525)],
    ['smtp.acme.io:587', token('smtp.acme.io')],
  ])('%s covers %j', (entry, to) => {
    expect(maySendTo(['elsewhere.example', entry], to)).toBe(true);
  });

  it.each<[string, SecretDestination]>([
    ['smtp.acme.io', smtp('smtp.acme.io.evil.example')],
    ['smtp.acme.io', smtp('evil-smtp.acme.io')],
    ['acme.io', smtp('smtp.acme.io')],
    ['smtp.acme.io:587', smtp('smtp.acme.io', 25)],
    ['smtp.acme.io:587', smtp('smtp.acme.io', 5870)],
    ['[2001:db8::1]:25', smtp('2001:db8::1', 26)],
    ['smtp.acme.io', graph()],
    ['graph:china', graph()],
    // A server named "graph" is not Microsoft.
    ['graph', smtp('graph')],
    ['graph:587', smtp('graph')],
    ['global', graph()],
    ['graph', token('smtp.acme.io')],
    ['graph:global', token('smtp.acme.io')],
    ['smtp.acme.io:587', token('smtp.acme.io', 25)],
    ['acme.io', token('smtp.acme.io')],
  ])('%s does not cover %j', (entry, to) => {
    expect(maySendTo([entry], to)).toBe(false);
  });

  it('permit everything but tokens if undefined, and nothing if empty', () => {
    expect(maySendTo(undefined, smtp('any.example'))).toBe(true);
    expect(maySendTo(undefined, graph())).toBe(true);
    expect(maySendTo(undefined, token('any.example'))).toBe(false);
    expect(maySendTo([], smtp('any.example'))).toBe(false);
  });

  it.each(['', ' ', 'smtp.acme.io:', 'smtp.acme.io:0', 'smtp.acme.io:65536', 'smtp://acme.io', 'a b', 'user@host', '[smtp.acme.io]:25', 7])(
    'cannot be %j',
    (entry) => {
      expect(parseDestination(entry)).toBeUndefined();
    },
  );
});
