/**
 * Who is calling: what proxies of ours say is believed up to the first thing that cannot be read, and no further.
 */

import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClientAddress, networkOf } from '../src/http/client-address.ts'
import { parseIpAddress, parseIpRange } from '../src/ip-address.ts'

const addressOf = (trusted: readonly string[], peer: string | undefined, header?: string) =>
  createClientAddress(trusted)(
    new Request('http://x.test', header === undefined ? {} : { headers: { 'x-forwarded-for': header } }),
    peer,
  )

describe('a hop that cannot be read', () => {
  // What proxies write for a client they do not know or name (RFC 7239 §6), and what nobody should.
  const unreadable = [
    'unknown',
    '_hidden',
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '"1.2.3.4"',
    '1::2::3',
  ]

  test.for(unreadable)('%j is never skipped: the client is the proxy that wrote it', (hop) => {
    expect(addressOf(['127.0.0.1'], '127.0.0.1', `9.9.9.9, ${hop}`)).toBe('127.0.0.1')
    expect(addressOf(['10.0.0.0/8'], '10.0.0.1', `9.9.9.9, ${hop}, 10.0.0.2`)).toBe('10.0.0.2')
    expect(addressOf(['platform'], undefined, `9.9.9.9, ${hop}`)).toBeUndefined()
  })

  test.for(unreadable)('%j changes nothing before an address that can be', (hop) => {
    expect(addressOf(['127.0.0.1'], '127.0.0.1', `${hop}, 1.1.1.1`)).toBe('1.1.1.1')
    expect(addressOf(['platform'], undefined, `${hop}, 1.1.1.1:50000`)).toBe('1.1.1.1')
  })

  test('as a peer is nobody, whatever the header says', () => {
    expect(addressOf(['127.0.0.1'], '/run/latchkey.sock', '9.9.9.9')).toBeUndefined()
  })

  test('whatever a client writes, behind a proxy of ours it stays what the proxy saw', () => {
    const said = fc.array(
      fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(...unreadable, '10.0.0.1', 'platform')),
    )
    fc.assert(
      fc.property(said, fc.constantFrom('8.8.4.4', '2001:db8::7'), (before, seen) => {
        const header = [...before, seen].join(', ')
        expect(addressOf(['10.0.0.0/8'], '10.0.0.1', header)).toBe(seen)
        expect(addressOf(['platform'], undefined, header)).toBe(seen)
        expect(addressOf([], seen, header)).toBe(seen)
      }),
    )
  })
})

test.for([
  [['10.0.0.1'], '10.0.0.1', undefined, '10.0.0.1'],
  [['10.0.0.1', '10.0.0.2'], '10.0.0.1', '10.0.0.2', '10.0.0.2'],
  [['::ffff:10.0.0.1'], '10.0.0.1', '1.1.1.1', '1.1.1.1'],
  [['::ffff:10.0.0.0/104'], '::ffff:a01:203', '1.1.1.1', '1.1.1.1'],
  [['::ffff:10.0.0.0/104'], '11.0.0.1', '1.1.1.1', '11.0.0.1'],
  [['2001:db8::/32'], '2001:DB8:0::1%eth0', '1.1.1.1', '1.1.1.1'],
  [['platform', '10.0.0.0/8'], undefined, '9.9.9.9, 1.1.1.1, 10.0.0.4:443', '1.1.1.1'],
  [['platform'], undefined, undefined, undefined],
] as const)('trusting %j, peer %s, header %s: %s', ([trusted, peer, header, expected]) => {
  expect(addressOf(trusted, peer, header)).toBe(expected)
})

describe('IPv4 written as IPv6', () => {
  test.for([
    '::ffff:9.9.9.9',
    '::FFFF:9.9.9.9',
    '::ffff:909:909',
    '::FFFF:0909:0909',
    '0:0:0:0:0:ffff:909:909',
    '0000:0000:0000:0000:0000:ffff:9.9.9.9',
    '0::ffff:9.9.9.9',
    '[::ffff:9.9.9.9]:443',
    '[::ffff:909:909]',
    '9.9.9.9:443',
    ' 9.9.9.9\t',
  ])('%s is 9.9.9.9, as a hop and as a peer', (text) => {
    expect(addressOf(['127.0.0.1'], '127.0.0.1', `8.8.8.8, ${text}`)).toBe('9.9.9.9')
    expect(addressOf([], text)).toBe('9.9.9.9')
    expect(networkOf(text)).toBe('9.9.9.9')
  })

  test('in any spelling is counted as itself, and as nobody else', () => {
    const hex = (address: string) =>
      address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
        const [a, b, c, d] = hex(one)
        for (const text of [`::ffff:${one}`, `0:0::0:FFFF:${one}`, `::ffff:${a}${b}:${c}${d}`])
          expect(networkOf(text)).toBe(one)
        expect(networkOf(`::ffff:${one}`) === networkOf(`::ffff:${other}`)).toBe(one === other)
      }),
    )
  })

  test('is not every address that ends like one', () => {
    for (const text of ['::9.9.9.9', '64:ff9b::9.9.9.9', '::fffe:9.9.9.9', '::ffff:0:9.9.9.9'])
      expect(isIPv4(parseIpAddress(text) ?? '')).toBe(false)
  })
})

test.for([
  ['10.0.0.0/8', { address: '10.0.0.0', family: 'ipv4', bits: 8 }],
  ['10.0.0.1', { address: '10.0.0.1', family: 'ipv4', bits: 32 }],
  ['2001:DB8::/32', { address: '2001:db8::', family: 'ipv6', bits: 32 }],
  ['::ffff:10.0.0.0/104', { address: '10.0.0.0', family: 'ipv4', bits: 8 }],
  ['::ffff:10.0.0.0/95', undefined],
  ['10.0.0.0/33', undefined],
  ['::/129', undefined],
  ['10.0.0.0/', undefined],
  ['10.0.0.0/8/8', undefined],
  ['10.0.0.1:443', undefined],
  ['[::1]', undefined],
  ['platform', undefined],
] as const)('%s is the range %j', ([text, expected]) => {
  expect(parseIpRange(text)).toEqual(expected)
})
