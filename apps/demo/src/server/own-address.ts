/**
 * One machine has several names: 127.0.0.1, localhost, [::1]. Cookies are kept by name, and the sign-in leads back to
 * the public address; begun under another name, it would come back without its cookie.
 */

import { isLoopbackUrl } from '@latchkey/common'

/**
 * Where a page has to be opened instead: the same path under the public address; `undefined` to stay.
 *
 * Between names of this machine, and on one port, only. Elsewhere the host of a request may be the one a proxy uses inside,
 * and the redirect would come back here without end; what a proxy says it has passed on stays for the same reason.
 */
export function ownAddress(request: Request, publicUrl: string): string | undefined {
  const { method, headers, url } = request
  if (method !== 'GET' || !headers.get('accept')?.includes('text/html')) return undefined
  if (headers.has('x-forwarded-host') || headers.has('x-forwarded-for') || headers.has('forwarded'))
    return undefined
  const [here, own] = [new URL(url), new URL(publicUrl)]
  if (here.hostname === own.hostname || here.port !== own.port || here.protocol !== own.protocol)
    return undefined
  if (!isLoopbackUrl(here) || !isLoopbackUrl(own)) return undefined
  return `${own.origin}${here.pathname}${here.search}`
}
