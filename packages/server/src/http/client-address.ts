/**
 * The client's network address: that of the peer, or the one that a trusted proxy reports.
 */

import { BlockList, isIP } from 'node:net'
import { parseIpAddress, parseIpRange } from '../ip-address.ts'

/** Finds the address of the client; `undefined` when nothing that can be trusted tells it. */
export type ClientAddress = (request: Request, peer: string | undefined) => string | undefined

/**
 * Believes X-Forwarded-For only from the proxies named.
 *
 * A hop that cannot be read ends the search, for what stands before it was said by nobody who is known: the client then
 * counts as the proxy that said so, or as unknown.
 *
 * @param trustedProxies - Addresses and CIDR ranges. The word `platform` stands for a host that hands over requests
 *   without a peer, as Azure Functions does: then the last entry of the header is what the host says.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList()
  for (const entry of trustedProxies) {
    const range = parseIpRange(entry)
    if (range) trusted.addSubnet(range.address, range.bits, range.family)
  }
  const trustsPlatform = trustedProxies.includes('platform')
  const isTrusted = (address: string): boolean =>
    trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  return (request, peer) => {
    if (peer === undefined && !trustsPlatform) return undefined
    const forwarded = request.headers.get('x-forwarded-for')?.split(',') ?? []
    let outermost: string | undefined
    // From the nearest hop outwards: the first one that is not a proxy of ours is the client.
    for (const hop of [peer, ...forwarded.toReversed()]) {
      if (hop === undefined) continue
      const address = parseIpAddress(hop)
      if (address === undefined) return outermost
      outermost = address
      if (!isTrusted(address)) break
    }
    return outermost
  }
}

/**
 * The network an address is counted by: for IPv6 the /64, which is what one household or machine has at the least, and
 * all of which it can take addresses from as it likes.
 */
export function networkOf(address: string | undefined): string | undefined {
  const plain = address === undefined ? undefined : parseIpAddress(address)
  if (plain === undefined || isIP(plain) !== 6) return plain
  const [head, tail] = plain.split('::').map((groups) => (groups === '' ? [] : groups.split(':')))
  const written = (head?.length ?? 0) + (tail?.length ?? 0)
  const groups = [...(head ?? []), ...Array<string>(8 - written).fill('0'), ...(tail ?? [])]
  return `${groups.slice(0, 4).join(':')}::/64`
}
