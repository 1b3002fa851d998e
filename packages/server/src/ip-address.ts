/**
 * Addresses of the network and ranges of them, in one spelling each.
 *
 * IPv4 that is written as IPv6 (RFC 4291 §2.5.5.2), in whatever way, is IPv4: otherwise all of it would be one network.
 */

import { isIP } from 'node:net'

/** A range of addresses: the first ones of `bits` bits are alike. */
export interface IpRange {
  readonly address: string
  readonly family: 'ipv4' | 'ipv6'
  readonly bits: number
}

/**
 * The address in its one spelling (RFC 5952), without its port, brackets and zone; `undefined` for anything else.
 *
 * @param text - As it stands in X-Forwarded-For or comes from a socket: `1.2.3.4`, `1.2.3.4:443`, `[2001:db8::1]:443`,
 *   `::ffff:1.2.3.4`, `fe80::1%eth0`.
 */
export function parseIpAddress(text: string): string | undefined {
  const trimmed = text.trim()
  const address = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+)):\d{1,5}$/.exec(trimmed)?.slice(1).find(Boolean)
  const [plain = ''] = (address ?? trimmed.replace(/^\[(.*)\]$/, '$1')).split('%')
  if (isIP(plain) !== 6) return isIP(plain) === 4 ? plain : undefined
  const short = new URL(`http://[${plain}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short)?.slice(1)
  if (!mapped) return short
  const numbers = mapped.map((group) => Number.parseInt(group, 16))
  return numbers.flatMap((number) => [number >> 8, number & 255]).join('.')
}

/** The range that an address or `address/bits` stands for; `undefined` for anything else. */
export function parseIpRange(text: string): IpRange | undefined {
  const [, written = '', length] = /^([\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const address = isIP(written) === 0 ? undefined : parseIpAddress(written)
  if (address === undefined) return undefined
  const most = isIP(address) === 6 ? 128 : 32
  // Of IPv4 written as IPv6, the first 96 bits say that it is that.
  const bits = length === undefined ? most : Number(length) - (isIP(written) === 6 ? 128 - most : 0)
  if (bits < 0 || bits > most) return undefined
  return { address, family: most === 128 ? 'ipv6' : 'ipv4', bits }
}
