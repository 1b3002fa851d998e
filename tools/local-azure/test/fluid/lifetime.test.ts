import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConnectionState } from 'fluid-framework'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openSocket } from './raw-socket.ts'
import { type Container, notesOf, type RelayUnderTest, schema, startRelay } from './relay-under-test.ts'

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000, interval: 10 })
const connected = (container: Container): Promise<void> =>
  until(() => expect(container.connectionState).toBe(ConnectionState.Connected))

async function start(database?: string): Promise<RelayUnderTest> {
  const relay = await startRelay(database)
  onTestFinished(() => relay.close())
  return relay
}

async function createDocument(relay: RelayUnderTest): Promise<{ id: string; container: Container }> {
  const { container } = await relay.client('remote').createContainer(schema, '2.0.0')
  notesOf(container, ['first'])
  const id = await container.attach()
  await connected(container)
  return { id, container }
}

test('documents, operations and summaries outlive a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-fluid-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const relay = await startRelay(join(folder, 'fluid.sqlite'))
  const { id, container } = await createDocument(relay)
  const notes = notesOf(container)
  for (let index = 0; index < 30; index += 1) notes.add(`note ${index}`)
  container.initialObjects.map.set('title', 'kept')
  await until(() => expect(container.isDirty).toBe(false))
  await relay.close()
  container.dispose()

  // The keys are in another file, which this test does not keep: the tokens of the second relay are its own.
  const again = await start(join(folder, 'fluid.sqlite'))
  // The tenant is another one too, as keys and ids live together; the documents are asked for under the first.
  again.host.database.run("UPDATE documents SET value = json_set(value, '$.tenantId', ?)", again.tenantId)
  const { container: reopened } = await again.client('remote').getContainer(id, schema, '2.0.0')
  await connected(reopened)
  const kept = notesOf(reopened)
  expect(kept.read()).toHaveLength(31)
  expect(reopened.initialObjects.map.get('title')).toBe('kept')
  kept.add('after the restart')
  await until(() => expect(reopened.isDirty).toBe(false))
  reopened.dispose()
})

test('a socket ends with its token, and moving the clock ends it at once', async () => {
  const relay = await start()
  const { id, container } = await createDocument(relay)
  const socket = await openSocket(relay.endpoint)
  const answer = await socket.connect(id, relay.sign({ documentId: id }), relay.tenantId)
  expect(answer.event).toBe('connect_document_success')
  relay.host.clock.advanceSeconds(3_599)
  const early = await Promise.race([
    socket.ended.then(() => 'ended'),
    connected(container).then(() => 'open'),
  ])
  expect(early).toBe('open')
  relay.host.clock.advanceSeconds(2)
  await socket.ended
  container.dispose()
})

test('moving the clock ages the tokens of requests', async () => {
  const relay = await start()
  const { id, container } = await createDocument(relay)
  const ask = (token: string): Promise<Response> =>
    fetch(`${relay.endpoint}/documents/${relay.tenantId}/session/${id}`, {
      headers: { authorization: `Basic ${token}` },
    })
  const early = relay.sign({ documentId: id })
  relay.host.clock.advanceSeconds(3_590)
  expect((await ask(early)).status).toBe(200)
  relay.host.clock.advanceSeconds(20)
  expect((await ask(early)).status).toBe(401)
  expect((await ask(relay.sign({ documentId: id }))).status).toBe(200)
  container.dispose()
})

test('a client whose token ran out asks for a new one and goes on', async () => {
  const relay = await start()
  const refreshes: boolean[] = []
  const client = relay.client('remote', { onToken: (refresh) => refreshes.push(refresh) })
  const { container } = await client.createContainer(schema, '2.0.0')
  notesOf(container, [])
  await container.attach()
  await connected(container)
  relay.host.clock.advanceSeconds(3_700)
  await until(() => expect(refreshes).toContain(true))
  await connected(container)
  notesOf(container).add('still here')
  await until(() => expect(container.isDirty).toBe(false))
  container.dispose()
})

test('a regenerated key lets its tokens in no more, the other key still does', async () => {
  const relay = await start()
  const { id, container } = await createDocument(relay)
  const primary = relay.host.keys.key('fluid-primary')
  const ask = (key: string): Promise<Response> =>
    fetch(`${relay.endpoint}/documents/${relay.tenantId}/session/${id}`, {
      headers: { authorization: `Basic ${relay.sign({ documentId: id }, key)}` },
    })
  expect((await ask(primary)).status).toBe(200)
  const renewed = relay.service.regenerateKey('primary')
  expect(renewed).not.toBe(primary)
  expect(renewed).toMatch(/^LatchkeyLocalKey/)
  expect((await ask(primary)).status).toBe(403)
  expect((await ask(renewed)).status).toBe(200)
  expect((await ask(relay.host.keys.key('fluid-secondary'))).status).toBe(200)
  container.dispose()
})

test('reset forgets documents and ends their sockets', async () => {
  const relay = await start()
  const { id, container } = await createDocument(relay)
  const socket = await openSocket(relay.endpoint)
  await socket.connect(id, relay.sign({ documentId: id }), relay.tenantId)
  container.dispose()
  const documentRow = (): readonly string[] | undefined => relay.service.overview?.()[0]?.rows[0]
  expect(documentRow()?.slice(0, 2)).toEqual([id, 'ann'])
  // One connection is left: the socket, once the disposed container's has gone.
  await until(() => expect(documentRow()?.[3]).toBe('1'))
  await relay.service.reset()
  await socket.ended
  expect(relay.service.overview?.()[0]?.rows).toEqual([])
  const { status } = await fetch(`${relay.endpoint}/documents/${relay.tenantId}/session/${id}`, {
    headers: { authorization: `Basic ${relay.sign({ documentId: id })}` },
  })
  expect(status).toBe(404)
})
