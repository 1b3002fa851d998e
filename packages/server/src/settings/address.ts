/**
 * What an address in the settings may be.
 *
 * Two questions with two safe sides: plain http is for what is sure to be this machine, and production refuses whatever
 * may be this machine.
 */

import { isLocalUrl, isLoopbackUrl } from '@latchkey/common'

/**
 * `document`: is asked for as it stands, query included. `service`: paths are put behind it, so it may have neither query
 * nor fragment. `public`: the same, and browsers go there, which look for names under `.localhost` on their own machine.
 */
export type AddressUse = 'document' | 'service' | 'public'

/** The address, without a slash at its end, or what is wrong with it. */
export function judgeAddress(
  text: string,
  use: AddressUse,
  isDevelopment: boolean,
): { readonly address: string } | { readonly problem: string } {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return { problem: 'must be an http or https address without credentials' }
  if (text.includes('#')) return { problem: 'must not have a fragment (#…)' }
  if (use !== 'document' && text.includes('?')) return { problem: 'must not have a query (?…)' }
  if (/^(0\.0\.0\.0|\[::(ffff:0:0)?\])\.?$/.test(url.hostname))
    return { problem: 'is an address to listen on and leads nowhere: name the machine' }
  if (isLocalUrl(url) && !isDevelopment)
    return { problem: 'points at this machine, which only development allows' }
  const isHere = use === 'public' ? isLocalUrl(url) : isLoopbackUrl(url)
  if (url.protocol !== 'https:' && !isHere) return { problem: 'must use https' }
  return { address: (use === 'document' ? text : url.href).replace(/\/+$/, '') }
}
