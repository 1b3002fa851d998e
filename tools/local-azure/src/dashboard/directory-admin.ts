/**
 * Changes people through Microsoft Graph, with an application's token, as an administrator's program would.
 */

import type { Endpoints } from '../endpoints.ts'
import type { AccountSummary } from '../host/dashboard-sources.ts'
import type { LocalService } from '../host/service.ts'

/** Why Graph refused, in its own words. */
export class DirectoryRefusal extends Error {
  override readonly name: string = 'DirectoryRefusal'
}

/** Somebody to add. */
export interface NewPerson {
  readonly email: string
  readonly displayName: string
  readonly password: string
  readonly role: string
}

/** Somebody, in the directory they are in. */
export type Member = Pick<AccountSummary, 'objectId' | 'directory' | 'groups'>

interface GraphGroup {
  readonly id: string
  readonly displayName: string
}

/** Works on the directory through the service's own front. */
export class DirectoryAdmin {
  readonly #entra: LocalService
  readonly #endpoints: () => Endpoints

  constructor(entra: LocalService, endpoints: () => Endpoints) {
    this.#entra = entra
    this.#endpoints = endpoints
  }

  /** @throws {@link DirectoryRefusal} */
  async add({ email, displayName, password, role }: NewPerson): Promise<void> {
    const { tenantName } = this.#endpoints().entra.b2c
    const issuer = `${tenantName}.onmicrosoft.com`
    const { id } = (await this.#graph('b2c', 'POST', '/users', {
      accountEnabled: true,
      displayName,
      identities: [{ signInType: 'emailAddress', issuer, issuerAssignedId: email }],
      passwordProfile: { password, forceChangePasswordNextSignIn: false },
      passwordPolicies: 'DisablePasswordExpiration',
    })) as { id: string }
    await this.setRole({ objectId: id, directory: 'b2c', groups: [] }, role)
  }

  /** @throws {@link DirectoryRefusal} */
  async setEnabled(person: Member, enabled: boolean): Promise<void> {
    await this.#change(person, { accountEnabled: enabled })
  }

  /** @throws {@link DirectoryRefusal} */
  async setPassword(person: Member, password: string): Promise<void> {
    await this.#change(person, { passwordProfile: { password, forceChangePasswordNextSignIn: false } })
  }

  /** Puts the person in the group `role` and out of the others; adds before it removes. @throws {@link DirectoryRefusal} */
  async setRole({ objectId, directory, groups: former }: Member, role: string): Promise<void> {
    const graph = (method: string, path: string, body?: object): Promise<unknown> =>
      this.#graph(directory, method, path, body)
    const { value: groups } = (await graph('GET', '/groups?$select=id,displayName')) as {
      value: readonly GraphGroup[]
    }
    const idOf = (name: string): string | undefined => groups.find((group) => group.displayName === name)?.id
    const wanted = idOf(role)
    if (role !== '' && wanted === undefined) throw new DirectoryRefusal(`There is no group called ${role}`)
    if (wanted !== undefined && !former.includes(role)) {
      const member = `${this.#endpoints().graph.endpoint}/directoryObjects/${objectId}`
      await graph('POST', `/groups/${wanted}/members/$ref`, { '@odata.id': member })
    }
    for (const name of former.filter((other) => other !== role)) {
      const group = idOf(name)
      if (group !== undefined)
        await graph('DELETE', `/groups/${group}/members/${encodeURIComponent(objectId)}/$ref`)
    }
  }

  async #change({ objectId, directory }: Member, change: object): Promise<void> {
    await this.#graph(directory, 'PATCH', `/users/${encodeURIComponent(objectId)}`, change)
  }

  async #graph(
    directory: Member['directory'],
    method: string,
    path: string,
    body?: object,
  ): Promise<unknown> {
    const token = await this.#token(directory)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
    return this.#ask(new Request(`${this.#endpoints().graph.endpoint}${path}`, init))
  }

  // Graph works on the tenant that its token is of.
  async #token(directory: Member['directory']): Promise<string> {
    const { entra, graph } = this.#endpoints()
    const { clientId, clientSecret } = graph
    const tokenEndpoint =
      directory === 'b2c'
        ? graph.tokenEndpoint
        : graph.tokenEndpoint.replace(entra.b2c.tenantId, entra.externalId.tenantId)
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    })
    const answer = await this.#ask(new Request(tokenEndpoint, { method: 'POST', body }))
    return String(Reflect.get(Object(answer), 'access_token'))
  }

  async #ask(request: Request): Promise<unknown> {
    const { pathname, search } = new URL(request.url)
    const response = await this.#entra.fetch(request, { target: `${pathname}${search}` })
    const text = await response.text()
    const answer: unknown = text === '' ? {} : JSON.parse(text)
    if (response.ok) return answer
    throw new DirectoryRefusal(reasonIn(answer) ?? `Graph answered ${response.status}`)
  }
}

function reasonIn(answer: unknown): string | undefined {
  const error: unknown = Reflect.get(Object(answer), 'error')
  const message: unknown = Reflect.get(Object(error), 'message')
  return typeof message === 'string' ? message : undefined
}
