/**
 * Who is calling, as far as the network tells: the peer, or what a trusted proxy says of it.
 */

import { BlockList, isIP } from 'node:net'

/** Finds the address of the client; `undefined` when nothing that can be trusted tells it. */
export type ClientAddress = (request: Request, peer: string | undefined) => string | undefined

/**
 * Believes X-Forwarded-For only from the proxies named.
 *
 * @param trustedProxies - Addresses and CIDR ranges. The word `platform` stands for a host that hands over requests
 *   without a peer, as Azure Functions does: then the last entry of the header is the client.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList()
  for (const entry of trustedProxies) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (isIP(address) === 0) continue
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  const trustsPlatform = trustedProxies.includes('platform')
  const isTrusted = (address: string): boolean =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  return (request, peer) => {
    const forwarded = (request.headers.get('x-forwarded-for') ?? '')
      .split(',')
      .map(plainAddress)
      .filter(Boolean)
    if (peer === undefined) return trustsPlatform ? forwarded.at(-1) : undefined
    const hops = [...forwarded, plainAddress(peer)]
    // From the nearest hop outwards: the first one that is not a proxy of ours is the client.
    return hops.findLast((hop) => !isTrusted(hop)) ?? plainAddress(peer)
  }
}

/**
 * The network an address is counted by: for IPv6 the /64, which is what one household or machine has at the least, and
 * all of which it can take addresses from as it likes.
 */
export function networkOf(address: string | undefined): string | undefined {
  if (address === undefined || isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.toLowerCase().split('::')
  const [first, last] = [head, tail].map((groups) => (groups === '' ? [] : groups.split(':')))
  // Of an address with an embedded IPv4 one, that is in the last two groups and never in the first four.
  const written = (first?.length ?? 0) + (last?.length ?? 0) + Number(tail.includes('.'))
  const groups = [...(first ?? []), ...Array<string>(Math.max(8 - written, 0)).fill('0'), ...(last ?? [])]
  const prefix = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${prefix.join(':')}::/64`
}

// Azure writes `address:port`, and Node writes IPv4 peers as IPv6.
function plainAddress(text: string): string {
  const trimmed = text.trim().replace(/^::ffff:/, '')
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1]
  const address = bracketed ?? trimmed.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return isIP(address) === 0 ? '' : address
}
