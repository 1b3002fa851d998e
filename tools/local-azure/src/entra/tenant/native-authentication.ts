/**
 * Native authentication of External ID, version 1: initiate, challenge, and then the token endpoint.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-native-authentication-api
 */

import type { Application } from '../applications.ts'
import type { Directory } from '../directory/directory.ts'
import type { EntraContext } from '../entra-context.ts'
import { type Parameters, readForm, words } from '../grants/form.ts'
import { EntraError, entraHeaders } from './errors.ts'
import { requireField } from './token-request.ts'

/** How far somebody has come. */
export interface Continuation {
  readonly clientId: string
  readonly username: string
  readonly step: 'initiated' | 'challenged'
}

const lifetimeSeconds = 600

/** What a continuation token stands for. @throws {@link EntraError} 70000 or 1003037 */
export async function openContinuation(
  context: EntraContext,
  application: Application,
  text: string,
  step: Continuation['step'],
): Promise<Continuation> {
  const opened = await context.seal.open<Continuation>('continuation', text)
  if (!opened || opened.clientId !== application.clientId || opened.step !== step)
    throw new EntraError(70_000)
  if (opened.expiresAt <= context.nowSeconds()) throw new EntraError(1_003_037)
  return opened
}

/** Answers `POST {tenant}/oauth2/v2.0/initiate` and `.../challenge`. */
export async function answerNative(
  context: EntraContext,
  directory: Directory,
  step: 'initiate' | 'challenge',
  request: Request,
): Promise<Response> {
  try {
    if (request.method !== 'POST') throw new EntraError(900_561)
    const form = await readForm(request)
    if (!form) throw new EntraError(9_002_313)
    const application = findApplication(context, directory, form)
    const answer = step === 'initiate' ? initiate : challenge
    const body = await answer(context, directory, application, form)
    return Response.json(body, { headers: entraHeaders() })
  } catch (error) {
    if (error instanceof EntraError) return error.respond(context.host.clock)
    throw error
  }
}

type Step = (
  context: EntraContext,
  directory: Directory,
  application: Application,
  form: Parameters,
) => Promise<object>

const initiate: Step = async (context, directory, application, form) => {
  const username = requireField(form, 'username')
  if (!canUsePassword(form)) return { challenge_type: 'redirect' }
  if (!directory.accounts.findBySignInName(username)) throw new EntraError(1_003_031)
  return { continuation_token: await seal(context, application, username, 'initiated') }
}

const challenge: Step = async (context, _directory, application, form) => {
  const text = requireField(form, 'continuation_token')
  const { username } = await openContinuation(context, application, text, 'initiated')
  if (!canUsePassword(form)) return { challenge_type: 'redirect' }
  const token = await seal(context, application, username, 'challenged')
  return { continuation_token: token, challenge_type: 'password' }
}

function findApplication(context: EntraContext, directory: Directory, form: Parameters): Application {
  const clientId = requireField(form, 'client_id')
  const application = context.applications.find(clientId, directory.name)
  if (!application) throw new EntraError(700_016, [clientId, directory.tenantId])
  if (!application.nativeAuthentication) throw new EntraError(7_000_222, [clientId])
  return application
}

/** Whether the client can show a password field; if not, it is sent to the browser, which it must always be able to. */
function canUsePassword(form: Parameters): boolean {
  const types = words(requireField(form, 'challenge_type'))
  const known = types.every((type) => type === 'password' || type === 'oob' || type === 'redirect')
  if (!known || !types.includes('redirect')) throw new EntraError(901_007)
  return types.includes('password')
}

function seal(
  context: EntraContext,
  { clientId }: Application,
  username: string,
  step: Continuation['step'],
): Promise<string> {
  const continuation: Continuation = { clientId, username, step }
  return context.seal.close('continuation', continuation, lifetimeSeconds)
}
