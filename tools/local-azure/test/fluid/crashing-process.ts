/**
 * Local Azure in a process that can be killed, and AzureClients for it.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AzureClient } from '@fluidframework/azure-client'
import { ConnectionState } from 'fluid-framework'
import { expect, vi } from 'vitest'
import type { Endpoints } from '../../src/index.ts'
import { type Container, signJwt } from './relay-under-test.ts'

export const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000, interval: 10 })
export const connected = (container: Container): Promise<void> =>
  until(() => expect(container.connectionState).toBe(ConnectionState.Connected))

export interface RelayProcess {
  readonly child: ChildProcess
  readonly endpoints: Endpoints
}

/** Starts one, which kills itself right after it kept an operation that holds the text `fatal`. */
export async function startProcess(folder: string, fatal?: string): Promise<RelayProcess> {
  const script = join(import.meta.dirname, 'relay-process.ts')
  const args = [script, folder, ...(fatal === undefined ? [] : [fatal])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return { child, endpoints: JSON.parse(text) as Endpoints }
}

export interface ClientUser {
  readonly id: string
  readonly name: string
}

const ann: ClientUser = { id: 'ann', name: 'Ann' }

/** A token for a document, or to create one. */
export function tokenFor({ fluid }: Endpoints, documentId: string, user: ClientUser = ann): string {
  const iat = Math.floor(Date.now() / 1000)
  const scopes = ['doc:read', 'doc:write', 'summary:write']
  const { tenantId } = fluid
  const claims = { tenantId, documentId, scopes, user, iat, exp: iat + 600, ver: '1.0', jti: randomUUID() }
  return signJwt(claims, fluid.primaryKey)
}

export function clientOf(endpoints: Endpoints, user?: ClientUser): AzureClient {
  const fetchToken = async (_tenantId: string, documentId = ''): Promise<{ jwt: string }> => ({
    jwt: tokenFor(endpoints, documentId, user),
  })
  const tokenProvider = { fetchOrdererToken: fetchToken, fetchStorageToken: fetchToken }
  const { type, endpoint, tenantId } = endpoints.fluid
  return new AzureClient({
    connection: { type, endpoint, tenantId, tokenProvider },
    logger: { send: () => undefined },
  })
}
