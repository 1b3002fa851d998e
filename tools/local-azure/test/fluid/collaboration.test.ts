import { ConnectionState, type IFluidHandle } from 'fluid-framework'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { editTogether } from './convergence.ts'
import { type Container, notesOf, type RelayUnderTest, schema, startRelay } from './relay-under-test.ts'

let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startRelay()
})
afterAll(() => relay.close())

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000, interval: 10 })

const connected = (container: Container): Promise<void> =>
  until(() => expect(container.connectionState).toBe(ConnectionState.Connected))

// Of Fluid's internal interface, which promises it for another service.
function uploadBlob(container: Container, text: string): Promise<IFluidHandle<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text).buffer
  return (container as unknown as BlobUploader).uploadBlob(bytes)
}

interface BlobUploader {
  uploadBlob(blob: ArrayBufferLike): Promise<IFluidHandle<ArrayBuffer>>
}

describe.for(['remote', 'local'] as const)('an unmodified AzureClient of type %s', (type) => {
  test('creates a document that a second user edits too', async () => {
    const made: { documentId: string; token: string }[] = []
    const onCreated = async (documentId: string, token: string): Promise<void> =>
      void made.push({ documentId, token })
    const ann = relay.client(type, { onCreated })
    const { container: first, services: firstServices } = await ann.createContainer(schema, '2.0.0')
    const firstNotes = notesOf(first, ['from Ann'])
    first.initialObjects.map.set('title', 'Plan')
    const id = await first.attach()
    await connected(first)

    const secondary = (): string => relay.host.keys.key('fluid-secondary')
    const bo = relay.client(type, { user: { id: 'bo', name: 'Böb 🙂' }, key: secondary })
    const { container: second, services } = await bo.getContainer(id, schema, '2.0.0')
    await connected(second)
    const secondNotes = notesOf(second)
    expect(second.initialObjects.map.get('title')).toBe('Plan')
    secondNotes.add('from Böb')
    second.initialObjects.map.set('size', 3)
    await until(() => {
      expect(firstNotes.read()).toEqual(['from Ann', 'from Böb'])
      expect(first.initialObjects.map.get('size')).toBe(3)
    })
    await until(() => expect([...firstServices.audience.getMembers().keys()].sort()).toEqual(['ann', 'bo']))
    expect(services.audience.getMembers().get('bo')?.name).toBe('Böb 🙂')
    expect(made).toEqual([{ documentId: id, token: expect.stringMatching(/^ey/) }])
    first.dispose()
    second.dispose()
  })

  test('attaches a blob that a second user reads', async () => {
    const { container: first } = await relay.client(type).createContainer(schema, '2.0.0')
    const id = await first.attach()
    await connected(first)
    first.initialObjects.map.set('blob', await uploadBlob(first, 'blöb'))
    await until(() => expect(first.isDirty).toBe(false))
    const bo = relay.client(type, { user: { id: 'bo', name: 'Bo' } })
    const { container: second } = await bo.getContainer(id, schema, '2.0.0')
    await until(() => expect(second.initialObjects.map.has('blob')).toBe(true))
    const blob = second.initialObjects.map.get<IFluidHandle<ArrayBuffer>>('blob')
    expect(Buffer.from((await blob?.get()) ?? new ArrayBuffer()).toString()).toBe('blöb')
    first.dispose()
    second.dispose()
  })
})

test('six clients editing at once end up with the same', async () => {
  const { edits, contents } = await editTogether(relay, 6, (round) => round === 20)
  expect(edits).toBe(6 * 20 * 2)
  expect(contents).toHaveLength(6)
  expect(new Set(contents).size).toBe(1)
})
