/**
 * One Entra service in memory, asked without a network.
 */

import { createHash, generateKeyPairSync } from 'node:crypto'
import type { ApplicationName } from '../../src/entra/applications.ts'
import { keyOwnerOf, policies } from '../../src/entra/b2c/policies.ts'
import { createEntraService, type EntraService } from '../../src/entra/entra-service.ts'
import { createTestHost, type TestHost, type TestHostOptions } from '../../src/host/test-host.ts'

export type Fields = Readonly<Record<string, string | undefined>>

/** An answer, read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers of every kind are looked into
  readonly json: any
}

export const redirectUri = 'http://localhost:3000/auth/callback'
export const verifier = 'verifier-verifier-verifier-verifier-verifier'
export const challenge: string = createHash('sha256').update(verifier).digest('base64url')

// Making an RSA key takes longer than most tests: one is made for each test file, and signs under every name.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const owners: readonly string[] = [...policies.map(keyOwnerOf), 'external-id', 'entra']

export class EntraUnderTest {
  readonly host: TestHost
  readonly service: EntraService

  constructor(options: TestHostOptions = {}) {
    this.host = createTestHost(options)
    this.service = createEntraService(this.host)
    const sql = 'INSERT INTO signing_keys VALUES (?, ?, ?, ?, NULL)'
    for (const owner of owners)
      this.host.database.run(sql, `emulator-${owner}`, owner, pem, this.host.clock.now())
  }

  id(name: ApplicationName): string {
    return this.host.keys.id(name)
  }

  secret(name: ApplicationName): string {
    return this.host.keys.key(name)
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const request = new Request(`http://127.0.0.1:4281${path}`, init)
    const response = await this.service.fetch(request, { target: path })
    const { headers, status } = response
    const text = await response.text()
    const isJson = headers.get('content-type')?.includes('json') === true
    return { status, headers, text, json: isJson ? JSON.parse(text) : undefined }
  }

  /** Sends a form; fields without a value are left out. */
  form(path: string, fields: Fields, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask(path, { method: 'POST', headers, body: new URLSearchParams(present(fields)) })
  }

  /** The B2C token endpoint of a policy. */
  b2cToken(fields: Fields, policy = 'b2c_1_signupsignin'): Promise<Answer> {
    return this.form(`/contoso.onmicrosoft.com/${policy}/oauth2/v2.0/token`, fields)
  }

  byPassword(fields: Fields = {}, policy = 'b2c_1_ropc'): Promise<Answer> {
    const clientId = this.id('b2c-client')
    return this.b2cToken(
      {
        grant_type: 'password',
        client_id: clientId,
        scope: `openid ${clientId} offline_access`,
        username: 'bob@contoso.example',
        password: 'Front-Door-4281',
        ...fields,
      },
      policy,
    )
  }

  authorize(
    fields: Fields = {},
    policy = 'b2c_1_signupsignin',
    method: 'GET' | 'POST' = 'GET',
  ): Promise<Answer> {
    const clientId = this.id('b2c-client')
    const all = {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: `openid ${clientId} offline_access`,
      ...fields,
    }
    const path = `/contoso.onmicrosoft.com/${policy}/oauth2/v2.0/authorize`
    if (method === 'POST') return this.form(path, all)
    return this.ask(`${path}?${new URLSearchParams(present(all))}`)
  }

  /** Presses a button of a shown page. */
  press(
    shown: Answer,
    fields: Fields,
    cookie: string = shown.headers.get('set-cookie')?.split(';')[0] ?? '',
  ): Promise<Answer> {
    const action = new URL((/ action="([^"]*)"/.exec(shown.text)?.[1] ?? '').replaceAll('&amp;', '&'))
    const transaction = /name="transaction" value="([^"]*)"/.exec(shown.text)?.[1]
    return this.form(`${action.pathname}${action.search}`, { transaction, ...fields }, { cookie })
  }

  /** A fresh authorization code of bob's. */
  async code(fields: Fields = {}, policy?: string): Promise<string> {
    const shown = await this.authorize(fields, policy)
    const answer = await this.press(shown, { action: `as:${this.host.keys.id('user:bob')}` })
    return locationOf(answer).searchParams.get('code') ?? ''
  }

  redeem(code: string, fields: Fields = {}, policy?: string): Promise<Answer> {
    return this.b2cToken(
      {
        grant_type: 'authorization_code',
        client_id: this.id('b2c-client'),
        client_secret: this.secret('b2c-client'),
        redirect_uri: redirectUri,
        code,
        ...fields,
      },
      policy,
    )
  }

  /** An application token for Graph. */
  async graphToken(
    name: ApplicationName = 'graph-client',
    scope = 'https://graph.microsoft.com/.default',
  ): Promise<string> {
    const answer = await this.tenantToken({
      client_id: this.id(name),
      client_secret: this.secret(name),
      scope,
    })
    return answer.json.access_token
  }

  tenantToken(fields: Fields, tenant = 'contoso.onmicrosoft.com'): Promise<Answer> {
    return this.form(`/${tenant}/oauth2/v2.0/token`, { grant_type: 'client_credentials', ...fields })
  }

  graph(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
    return this.ask(`/graph/v1.0${path}`, init)
  }
}

export function locationOf({ headers, status, text }: Answer): URL {
  const location = headers.get('location')
  if (location === null) throw new Error(`No redirect: ${status} ${text}`)
  return new URL(location)
}

function present(fields: Fields): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}
