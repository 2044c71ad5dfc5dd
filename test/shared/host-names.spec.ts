import { describe, expect, it } from '@jest/globals';
import { endsInNumber, isDomainName, isEhloName, isIpv4, isIpv6 } from '../../lib/shared/host-names.js';

describe('host names', () => {
  it.each([
    ['app.example.com', true],
    ['web1', true],
    ['xn--bcher-kva.example', true],
    ['[192.0.2.1]', true],
    ['[IPv6:2001:db8::1]', true],
    ['[ipv6:::1]', true],
    ['192.0.2.1', false],
    ['[2001:db8::1]', false],
    ['[IPv6:192.0.2.1]', false],
    ['[IPv6:fe80::1%eth0]', false],
    ['[192.0.2.256]', false],
    ['[192.0.2.1', false],
    ['my_host.example', false],
    ['-a.example', false],
    ['a..example', false],
    ['a.example.', false],
    ['two words', false],
    ['a.example\r\nMAIL FROM:<x@y.z>', false],
    ['[192.0.2.1]\n', false],
    [`${'a.'.repeat(126)}aa`, false],
    ['', false],
  ])('knows whether %j may be given in EHLO: %s', (name, isAllowed) => {
    expect(isEhloName(name)).toBe(isAllowed);
  });

  it.each(['1.2.3', '2130706433', '0x7f000001', '0x7f.1', '127.0.0.01', '127.1', 'mail.1', '1.2.3.4.5', '256.1.1.1'])(
    'takes %s neither for a name nor for an address',
    (host) => {
      expect([isDomainName(host), isIpv4(host), isIpv6(host), endsInNumber(host)]).toEqual([false, false, false, true]);
    },
  );

  it.each(['0.0.0.0', '127.0.0.1', '255.255.255.255'])('knows the IPv4 address %s', (address) => {
    expect(isIpv4(address)).toBe(true);
  });

  it.each(['::', '::1', '2001:DB8::1', '::ffff:192.0.2.1', '1:2:3:4:5:6:7:8'])('knows the IPv6 address %s', (address) => {
    expect(isIpv6(address)).toBe(true);
  });

  it.each(['1::2::3', '1:2:3', ':', '::g', '::1%1', '[::1]', `${'0:'.repeat(30)}1`])('takes %s for no IPv6 address', (text) => {
    expect(isIpv6(text)).toBe(false);
  });
});
