import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AzureClient } from '@fluidframework/azure-client'
import { ConnectionState } from 'fluid-framework'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Endpoints } from '../../src/index.ts'
import { type Container, notesOf, schema, signJwt } from './relay-under-test.ts'

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000, interval: 10 })
const connected = (container: Container): Promise<void> =>
  until(() => expect(container.connectionState).toBe(ConnectionState.Connected))

async function startProcess(folder: string): Promise<{ child: ChildProcess; endpoints: Endpoints }> {
  const script = join(import.meta.dirname, 'relay-process.ts')
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return { child, endpoints: JSON.parse(text) as Endpoints }
}

function clientOf({ fluid }: Endpoints): AzureClient {
  const fetchToken = async (tenantId: string, documentId = ''): Promise<{ jwt: string }> => {
    const iat = Math.floor(Date.now() / 1000)
    const scopes = ['doc:read', 'doc:write', 'summary:write']
    const user = { id: 'ann', name: 'Ann' }
    const claims = { tenantId, documentId, scopes, user, iat, exp: iat + 600, ver: '1.0', jti: randomUUID() }
    return { jwt: signJwt(claims, fluid.primaryKey) }
  }
  const tokenProvider = { fetchOrdererToken: fetchToken, fetchStorageToken: fetchToken }
  const { type, endpoint, tenantId } = fluid
  return new AzureClient({
    connection: { type, endpoint, tenantId, tokenProvider },
    logger: { send: () => undefined },
  })
}

test('what was acknowledged outlives kill -9 with people in the document', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const first = await startProcess(folder)
  const { container } = await clientOf(first.endpoints).createContainer(schema, '2.0.0')
  const notes = notesOf(container, [])
  const id = await container.attach()
  await connected(container)
  for (let index = 0; index < 50; index += 1) notes.add(`note ${index}`)
  await until(() => expect(container.isDirty).toBe(false))
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  container.dispose()

  const second = await startProcess(folder)
  expect(second.endpoints.fluid.tenantId).toBe(first.endpoints.fluid.tenantId)
  const reopened = await clientOf(second.endpoints).getContainer(id, schema, '2.0.0')
  await connected(reopened.container)
  const kept = notesOf(reopened.container)
  expect(kept.read()).toHaveLength(50)
  kept.add('after the crash')
  await until(() => expect(reopened.container.isDirty).toBe(false))
  expect([...reopened.services.audience.getMembers().keys()]).toEqual(['ann'])
  reopened.container.dispose()
})
