import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ann,
  type Container,
  everything,
  isConnected,
  type RelayUnderTest,
  schema,
  startRelay,
  until,
} from './relay-under-test.ts'

let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startRelay()
})
afterAll(() => relay.close())

/** One of the people editing. */
class Editor {
  readonly name: string
  readonly container: Container
  readonly failures: unknown[]
  #edits = 0
  #isEditing = true

  constructor(name: string, container: Container, failures: unknown[]) {
    this.name = name
    this.container = container
    this.failures = failures
    container.on('disposed', (error) => {
      if (error) failures.push(error)
    })
    this.#edit()
  }

  get keys(): string[] {
    return Array.from({ length: this.#edits }, (_, index) => `${this.name}-${index}`)
  }

  stop(): void {
    this.#isEditing = false
  }

  // As fast as the loop turns, with a rest for the relay that shares this process.
  #edit(): void {
    if (!this.#isEditing || this.container.disposed) return
    this.container.initialObjects.map.set(`${this.name}-${this.#edits}`, this.#edits)
    this.#edits += 1
    setTimeout(() => this.#edit(), 5)
  }
}

async function open(id: string, index: number): Promise<{ editor: Editor; refused: unknown[] }> {
  const failures: unknown[] = []
  const user = { id: `editor-${index}`, name: `Editor ${index}` }
  const { client } = relay.connect({ user, scopes: everything })
  const { container } = await client.getContainer(id, schema, '2.0.0')
  await isConnected(container)
  return { editor: new Editor(user.id, container, failures), refused: failures }
}

/** Everybody's token runs out, so everybody comes back with a new one. */
async function renewAll(editors: readonly Editor[]): Promise<void> {
  const dropped = editors.map(
    ({ container }) => new Promise<void>((resolve) => container.once('disconnected', () => resolve())),
  )
  relay.host.clock.advance(3_700)
  await Promise.all(dropped)
  await Promise.all(editors.map(({ container }) => isConnected(container)))
}

test('four people edit while both keys are regenerated: no edit is lost, nobody is turned away', async () => {
  const { id, container: first } = await relay.create({ user: ann, scopes: everything })
  first.dispose()
  const opened = await Promise.all([0, 1, 2, 3].map((index) => open(id, index)))
  const editors = opened.map(({ editor }) => editor)
  const [oldPrimary, oldSecondary] = [relay.keys().primary, relay.keys().secondary]

  // Primary: sign with the secondary first, then regenerate. The tokens at hand are of the old key and stay in use.
  relay.signWith('secondary')
  relay.service.regenerateKey('primary')
  await renewAll(editors)
  // And the other way round.
  relay.signWith('primary')
  relay.service.regenerateKey('secondary')
  await renewAll(editors)

  expect(relay.keys().primary).not.toBe(oldPrimary)
  expect(relay.keys().secondary).not.toBe(oldSecondary)
  for (const editor of editors) editor.stop()
  await until(() =>
    expect(editors.map(({ container }) => container.isDirty)).toEqual([false, false, false, false]),
  )
  const all = editors.flatMap(({ keys }) => keys).sort()
  expect(all.length).toBeGreaterThan(100)
  for (const { container } of editors)
    await until(() => expect([...container.initialObjects.map.keys()].sort()).toEqual(all))
  expect(opened.flatMap(({ refused }) => refused)).toEqual([])

  // A fresh reader finds every edit in the service, too.
  const reader = await relay
    .connect({ user: ann, scopes: everything })
    .client.getContainer(id, schema, '2.0.0')
  await until(() => expect([...reader.container.initialObjects.map.keys()].sort()).toEqual(all))
  for (const { container } of [...editors, reader]) container.dispose()
})

test('a token of the replaced key is refused: the rotation above could have failed', async () => {
  const { id, container } = await relay.create({ user: ann, scopes: everything })
  const stale = relay.signer().sign({ documentId: id, scopes: everything, user: ann }).token
  relay.service.regenerateKey('primary')
  const url = `${relay.relay.url}/documents/${relay.tenantId}/session/${id}`
  const { status } = await fetch(url, { headers: { authorization: `Basic ${stale}` } })
  expect(status).toBe(403)
  container.dispose()
})
