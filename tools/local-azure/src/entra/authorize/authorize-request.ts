/**
 * A request to sign somebody in, checked.
 */

import type { Application } from '../applications.ts'
import { type Parameters, words } from '../grants/form.ts'
import { type CodeChallenge, isCodeChallenge } from '../grants/pkce.ts'
import type { OAuthError, Realm } from './realm.ts'

/** How the answer gets to the client. */
export type ResponseMode = 'query' | 'fragment' | 'form_post'

/** Where an answer can be sent. */
export interface ReturnAddress {
  readonly redirectUri: string
  readonly responseMode: ResponseMode
  readonly state?: string
}

/** A request the sign-in page can be shown for. */
export interface AuthorizeRequest extends ReturnAddress {
  readonly clientId: string
  readonly responseTypes: readonly string[]
  readonly scope: string
  readonly nonce?: string
  readonly challenge?: CodeChallenge
  readonly loginHint?: string
}

/** An error the client is told, where its address is known to be its own. */
export class RedirectableError extends Error {
  readonly address: ReturnAddress
  readonly reason: OAuthError

  constructor(address: ReturnAddress, reason: OAuthError) {
    super(reason.message)
    this.address = address
    this.reason = reason
  }
}

const responseModes: readonly ResponseMode[] = ['query', 'fragment', 'form_post']
const prompts = new Set(['none', 'login', 'consent', 'select_account', 'create'])

/**
 * Checks the parameters of a request to the authorize endpoint.
 *
 * @throws an OAuthError that must not be redirected, or a {@link RedirectableError}.
 */
export function parseAuthorizeRequest(realm: Realm, parameters: Parameters): AuthorizeRequest {
  const application = parseClient(realm, parameters)
  const redirectUri = parseRedirect(realm, application, parameters)
  const responseTypes = words(parameters.get('response_type'))
  const address = describeAddress(redirectUri, responseTypes, parameters)
  try {
    checkResponse(realm, application, responseTypes, parameters)
    realm.checkScopes(application, parameters.get('scope'))
    const challenge = parseChallenge(realm, application, responseTypes, parameters)
    checkPrompt(realm, parameters.get('prompt'))
    return {
      ...address,
      clientId: application.clientId,
      responseTypes,
      scope: parameters.get('scope') ?? '',
      ...optional('nonce', parameters.get('nonce')),
      ...optional('loginHint', parameters.get('login_hint')),
      ...(challenge ? { challenge } : {}),
    }
  } catch (error) {
    if (isOAuthError(error)) throw new RedirectableError(address, error)
    throw error
  }
}

/** Tells whether something thrown is meant for the client. */
export function isOAuthError(error: unknown): error is OAuthError {
  return error instanceof Error && 'describe' in error && 'error' in error
}

function parseClient(realm: Realm, parameters: Parameters): Application {
  const clientId = parameters.get('client_id')
  if (clientId === undefined) throw realm.fault('client-missing')
  const application = realm.context.applications.find(clientId, realm.directory.name)
  if (!application) throw realm.fault('client-unknown', clientId, realm.directory.domain)
  return application
}

function parseRedirect(realm: Realm, application: Application, parameters: Parameters): string {
  const redirectUri = parameters.get('redirect_uri')
  if (redirectUri === undefined) throw realm.fault('redirect-missing')
  if (realm.context.applications.isRegisteredRedirect(application, redirectUri)) return redirectUri
  throw realm.fault('redirect-unregistered', redirectUri, application.clientId)
}

function describeAddress(
  redirectUri: string,
  responseTypes: readonly string[],
  parameters: Parameters,
): ReturnAddress {
  const asked = responseModes.find((mode) => mode === parameters.get('response_mode'))
  // Tokens never travel in a query string, not even beside an error.
  const usual = responseTypes.some((type) => type !== 'code') ? 'fragment' : 'query'
  const responseMode = asked === 'query' ? usual : (asked ?? usual)
  return { redirectUri, responseMode, ...optional('state', parameters.get('state')) }
}

function checkResponse(
  realm: Realm,
  application: Application,
  responseTypes: readonly string[],
  parameters: Parameters,
): void {
  const known = responseTypes.every((type) => type === 'code' || type === 'id_token' || type === 'token')
  if (responseTypes.length === 0 || !known) throw realm.fault('response-type', responseTypes.join(' '))
  const direct = responseTypes.some((type) => type !== 'code')
  if (direct && !application.implicit) throw realm.fault('implicit-disabled')
  const mode = parameters.get('response_mode')
  const isMode = mode === undefined || responseModes.some((candidate) => candidate === mode)
  if (!isMode || (direct && mode === 'query')) throw realm.fault('response-mode', mode ?? '')
  if (!responseTypes.includes('id_token')) return
  if (!words(parameters.get('scope')).includes('openid')) throw realm.fault('openid-missing')
  if (!parameters.has('nonce')) throw realm.fault('nonce-missing')
}

function parseChallenge(
  realm: Realm,
  application: Application,
  responseTypes: readonly string[],
  parameters: Parameters,
): CodeChallenge | undefined {
  const challenge = parameters.get('code_challenge')
  if (challenge === undefined) {
    const mustHave = application.kind !== 'web' && responseTypes.includes('code')
    if (mustHave) throw realm.fault('challenge-missing')
    return undefined
  }
  const method = parameters.get('code_challenge_method') ?? 'plain'
  if (method !== 'plain' && method !== 'S256') throw realm.fault('challenge-method')
  if (!isCodeChallenge({ challenge, method })) throw realm.fault('challenge-method')
  return { challenge, method }
}

function checkPrompt(realm: Realm, prompt: string | undefined): void {
  if (prompt === undefined) return
  if (!words(prompt).every((word) => prompts.has(word))) throw realm.fault('prompt', prompt)
  // Single sign-on is off in these tenants: there never is a session to go on with.
  if (prompt === 'none') throw realm.fault('login-required', prompt)
}

function optional<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  const field: Partial<Record<Name, string>> = {}
  if (value !== undefined) field[name] = value
  return field
}
