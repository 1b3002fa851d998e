/**
 * `client_info`: by what MSAL knows an account, as `{uid}.{utid}`.
 */

import type { Parameters } from './form.ts'

/** The field of an answer to a client that asked for it by `client_info=1`. */
export function clientInfoFor(
  form: Parameters,
  uid: string,
  utid: string,
): { readonly client_info?: string } {
  if (form.get('client_info') !== '1') return {}
  return { client_info: Buffer.from(JSON.stringify({ uid, utid })).toString('base64url') }
}
