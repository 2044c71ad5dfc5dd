import { describe, expect, it } from '@jest/globals';
import { type EgressOptions, resolveEgress } from '../../lib/options/egress.js';

const permits = (options: EgressOptions | undefined, address: string, { host = 'mail.example.com', port = 587 } = {}) =>
  resolveEgress(options).permits({ host, port, address });

/** Returns every IPv6 notation of an IPv4 address. */
function formsOf(ipv4: string): string[] {
  const bytes = ipv4.split('.').map(Number);
  const hex = (list: number[]): string[] => list.map((byte) => byte.toString(16).padStart(2, '0'));
  const [a, b, c, d] = hex(bytes);
  const [p, q, r, s] = hex(bytes.map((byte) => 255 - byte));
  return [
    ipv4,
    `::ffff:${ipv4}`,
    `::ffff:${a}${b}:${c}${d}`,
    `0:0:0:0:0:FFFF:${a}${b}:${c}${d}`,
    `::ffff:0:${ipv4}`,
    `::${ipv4}`,
    `64:ff9b::${ipv4}`,
    `64:ff9b:1::${ipv4}`,
    `64:ff9b:1:fffe::${a}${b}:${c}${d}`,
    `64:ff9b:1:${a}${b}:${c}:${d}00::`,
    `2002:${a}${b}:${c}${d}::1`,
    `2001:0:${a}${b}:${c}${d}:8000:63bf:3fff:fdfe`,
    `2001:0:4136:e378:8000:63bf:${p}${q}:${r}${s}`,
    `2001:db8::5efe:${ipv4}`,
    `2001:db8::200:5efe:${ipv4}`,
  ];
}

describe('Egress by default', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    'fd12:3456::1',
    '192.0.2.1',
    '2001:db8::1',
  ])('permits %s', (address) => {
    expect(permits(undefined, address)).toBe(true);
  });

  it.each(formsOf('192.0.2.1'))('permits a harmless IPv4 address as %s', (address) => {
    expect(permits(undefined, address)).toBe(true);
  });

  it.each([
    ...formsOf('169.254.169.254'),
    ...formsOf('100.100.100.200'),
    '0.0.0.0',
    '0.1.2.3',
    '::ffff:0.0.0.0',
    '64:ff9b::0.0.0.0',
    '169.254.0.1',
    '168.63.129.16',
    '192.0.0.192',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'FEBF::1',
    '::ffff:169.254.1.1%1',
    'ff02::1',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fd00:a9fe:a9fe::1',
    'mail.example.com',
    '0x7f.1',
    '2130706433',
    '127.0.0.1.',
    '',
  ])('refuses %s', (address) => {
    expect(permits(undefined, address)).toBe(false);
  });
});

describe('Egress with rules', () => {
  it.each(formsOf('10.1.2.3'))('denies %s by its IPv4 address', (address) => {
    expect(permits({ deny: ['10.0.0.0/8'] }, address)).toBe(false);
  });

  it('permits only allowed addresses, and denies take precedence', () => {
    const options = { allow: ['192.0.2.0/24', '2001:db8::25'], deny: ['192.0.2.128/25'] };
    expect(permits(options, '192.0.2.127')).toBe(true);
    expect(permits(options, '192.0.2.128')).toBe(false);
    expect(permits(options, '192.0.3.1')).toBe(false);
    expect(permits(options, '2001:0db8:0:0::25')).toBe(true);
    expect(permits(options, '2001:db8::26')).toBe(false);
    expect(permits(options, '::ffff:192.0.2.1')).toBe(true);
    expect(permits(options, '64:ff9b::192.0.2.1')).toBe(true);
    expect(permits(options, '64:ff9b::192.0.2.129')).toBe(false);
  });

  it('does not permit an address because of only one of its meanings', () => {
    // This means 10.0.0.1 with a prefix of 48 bits, and 192.0.2.1 with one of 96.
    expect(permits({ allow: ['192.0.2.0/24'] }, '64:ff9b:1:a00:0:100:c000:201')).toBe(false);
  });

  it('permits the servers of a name at any address, except denied ones', () => {
    const options = { allow: ['smtp.example.com', '*.relay.example', 'münchen.example'], deny: ['10.0.0.0/8'] };
    for (const host of ['smtp.example.com', 'SMTP.Example.com.', 'eu.relay.example', 'a.b.relay.example', 'xn--mnchen-3ya.example'])
      expect(permits(options, '192.0.2.1', { host })).toBe(true);
    for (const host of ['example.com', 'relay.example', 'notrelay.example', 'smtp.example.com.evil.example', '192.0.2.1'])
      expect(permits(options, '192.0.2.1', { host })).toBe(false);
    expect(permits(options, '10.0.0.1', { host: 'smtp.example.com' })).toBe(false);
    expect(permits(options, '169.254.169.254', { host: 'smtp.example.com' })).toBe(false);
  });

  it('permits the whole network, but never a metadata service', () => {
    expect(permits({ allow: ['0.0.0.0/0', '::/0'] }, '169.254.169.254')).toBe(false);
    expect(permits({ allow: ['0.0.0.0/0', '::/0'] }, '::ffff:169.254.169.254')).toBe(false);
    expect(permits({ allow: ['0.0.0.0/0'] }, '2001:db8::1')).toBe(false);
    expect(permits({ deny: ['::/0'] }, '192.0.2.1')).toBe(true);
  });

  it('permits only listed ports', () => {
    expect(permits({ ports: [465, 587] }, '192.0.2.1', { port: 465 })).toBe(true);
    expect(permits({ ports: [465, 587] }, '192.0.2.1', { port: 25 })).toBe(false);
  });

  it('returns the refused field if no lookup is necessary', () => {
    const egress = resolveEgress({ deny: ['10.0.0.0/8'], ports: [587] });
    expect(egress.refusedField('10.1.2.3', 587)).toBe('host');
    expect(egress.refusedField('0xa.1', 587)).toBe('host');
    expect(egress.refusedField('169.254.169.254', 587)).toBe('host');
    expect(egress.refusedField('mail.example.com', 587)).toBeUndefined();
    expect(egress.refusedField('192.0.2.1', 587)).toBeUndefined();
    expect(egress.refusedField('192.0.2.1', 25)).toBe('port');
  });
});

describe('The option egress', () => {
  it.each<[string, unknown, RegExp]>([
    ['a string', 'all', /"egress".* is not an object/],
    ['null', null, /"egress".* is not an object/],
    ['an unknown name', { denied: [] }, /"egress\.denied".* is not an option.*allow, deny, ports/s],
    ['a string as a list', { deny: '10.0.0.0/8' }, /"egress\.deny".* is not a list/],
    ['an empty allow', { allow: [] }, /"egress\.allow".* is empty.*Leave it out/s],
    ['a missing list of allowed', { allow: null }, /"egress\.allow".* is not a list/],
    ['a missing list of ports', { ports: null }, /"egress\.ports".* is not a list/],
    ['a missing list of denied', { deny: null }, /"egress\.deny".* is not a list/],
    ['an empty ports', { ports: [] }, /"egress\.ports".* is empty/],
    ['a prefix that is too long', { deny: ['10.0.0.0/33'] }, /"egress\.deny\[0\]".*"10\.0\.0\.0\/33"/],
    ['a prefix that is not a number', { deny: ['10.0.0.0/8', '10.0.0.0/x'] }, /"egress\.deny\[1\]"/],
    ['a number as an address', { deny: [167772160] }, /"egress\.deny\[0\]"/],
    ['half an address', { allow: ['10.0'] }, /"egress\.allow\[0\]"/],
    ['a hexadecimal address', { allow: ['0x7f.1'] }, /"egress\.allow\[0\]"/],
    ['a URL', { allow: ['https://smtp.example.com'] }, /"egress\.allow\[0\]"/],
    ['a name with a port', { allow: ['smtp.example.com:587'] }, /"egress\.allow\[0\]"/],
    ['a star in the middle', { allow: ['smtp.*.com'] }, /"egress\.allow\[0\]"/],
    ['a star alone', { allow: ['*'] }, /"egress\.allow\[0\]"/],
    ['a name that is denied', { deny: ['smtp.example.com'] }, /"egress\.deny\[0\]".* is a name.*another name/s],
    ['an address with a zone', { deny: ['fe80::1%eth0'] }, /"egress\.deny\[0\]"/],
    ['IPv4 written as IPv6', { deny: ['::ffff:10.0.0.0/104'] }, /"egress\.deny\[0\]".*as IPv4/s],
    ['a metadata service', { allow: ['169.254.169.254'] }, /"egress\.allow\[0\]".*never/s],
    ['a link-local network', { allow: ['fe80::/64'] }, /"egress\.allow\[0\]".*never/s],
    ['an invalid port', { ports: [587, 70_000] }, /"egress\.ports\[1\]".* is 70000/],
    ['a port as a string', { ports: ['587'] }, /"egress\.ports\[0\]".* is "587"/],
  ])('is rejected as %s', (_what, given, message) => {
    expect(() => resolveEgress(given as EgressOptions)).toThrow(message);
  });

  it('is rejected by name, with the remedy', () => {
    expect(() => resolveEgress({ deny: ['nonsense/8'] })).toThrow(expect.objectContaining({ name: 'MailError', code: 'OPTIONS' }));
  });
});
