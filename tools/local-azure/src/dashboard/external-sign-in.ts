/**
 * A sign-in to External ID from the dashboard: authorization code with PKCE, redeemed in this process.
 *
 * B2C answers a sign-in link with the id token itself; External ID answers only a code.
 */

import { createHash, randomBytes } from 'node:crypto'
import type { Endpoints } from '../endpoints.ts'
import type { LocalService } from '../host/service.ts'

const mostPending = 50

/** Begins and finishes sign-ins. */
export class ExternalSignIn {
  readonly #entra: LocalService
  readonly #endpoints: () => Endpoints
  readonly #verifiers = new Map<string, string>()

  constructor(entra: LocalService, endpoints: () => Endpoints) {
    this.#entra = entra
    this.#endpoints = endpoints
  }

  /** The address of the sign-in page, with the name filled in. */
  async begin(loginHint: string): Promise<string> {
    const { authorization_endpoint } = await this.#metadata()
    const state = randomBytes(16).toString('base64url')
    const verifier = randomBytes(32).toString('base64url')
    const [oldest] = this.#verifiers.keys()
    if (oldest !== undefined && this.#verifiers.size >= mostPending) this.#verifiers.delete(oldest)
    this.#verifiers.set(state, verifier)
    const url = new URL(authorization_endpoint)
    const parameters = {
      client_id: this.#endpoints().entra.externalId.clientId,
      response_type: 'code',
      redirect_uri: this.#redirectUri(),
      scope: 'openid profile email',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      login_hint: loginHint,
    }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return url.href
  }

  /** The id token a code is good for; `undefined` when it is good for none. */
  async finish(code: string, state: string): Promise<string | undefined> {
    const verifier = this.#verifiers.get(state)
    this.#verifiers.delete(state)
    if (verifier === undefined) return undefined
    const { clientId, clientSecret } = this.#endpoints().entra.externalId
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: this.#redirectUri(),
      code,
      code_verifier: verifier,
    })
    const { token_endpoint } = await this.#metadata()
    const answer = await this.#ask(new Request(token_endpoint, { method: 'POST', body }))
    const token: unknown = Reflect.get(Object(answer), 'id_token')
    return typeof token === 'string' ? token : undefined
  }

  #redirectUri(): string {
    return `${this.#endpoints().dashboard.url}/signed-in/external`
  }

  async #metadata(): Promise<{ authorization_endpoint: string; token_endpoint: string }> {
    const answer = await this.#ask(new Request(this.#endpoints().entra.externalId.metadata))
    return answer as { authorization_endpoint: string; token_endpoint: string }
  }

  async #ask(request: Request): Promise<unknown> {
    const { pathname, search } = new URL(request.url)
    const response = await this.#entra.fetch(request, { target: `${pathname}${search}` })
    return response.json()
  }
}
