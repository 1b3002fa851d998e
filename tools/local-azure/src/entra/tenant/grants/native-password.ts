/**
 * The last step of native authentication: the password, with the continuation token of the challenge.
 */

import { EntraError } from '../errors.ts'
import { issueTenantTokens } from '../issue.ts'
import { openContinuation } from '../native-authentication.ts'
import { requireField, type TenantTokenRequest } from '../token-request.ts'

/** Answers `grant_type=password` with a continuation token; without one External ID knows no such grant. */
export async function grantByNativePassword(request: TenantTokenRequest): Promise<object> {
  const { application, context, directory, form } = request
  const text = form.get('continuation_token')
  if (text === undefined) throw new EntraError(70_003, ['password'])
  const { username } = await openContinuation(context, application, text, 'challenged')
  const password = requireField(form, 'password')
  const outcome = directory.accounts.signIn(username, password)
  switch (outcome.kind) {
    case 'signed-in':
      return issueTenantTokens(request, {
        directory,
        application,
        account: outcome.account,
        scope: requireField(form, 'scope'),
        authTime: context.nowSeconds(),
        confidential: false,
      })
    case 'locked':
      throw new EntraError(50_053)
    case 'disabled':
      throw new EntraError(50_057)
    default:
      throw new EntraError(50_126)
  }
}
