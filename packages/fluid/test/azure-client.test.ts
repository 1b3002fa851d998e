import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ann,
  bo,
  everything,
  isConnected,
  notesOf,
  type RelayUnderTest,
  schema,
  startRelay,
  unhandledDuring,
  until,
} from './relay-under-test.ts'

let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startRelay()
})
afterAll(() => relay.close())

const annWrites = { user: ann, scopes: everything }
const boWrites = { user: bo, scopes: everything }

test('two people edit one document and see each other with every detail', async () => {
  const { id, container, services, notes, asked } = await relay.create(annWrites)
  // The post-create callback told our server who the creator is, by the service's own proof.
  expect(relay.owners.get(id)).toBe('ann')
  // One fetch to create, one for orderer and storage of the new document together.
  expect(asked.map(({ documentId }) => documentId)).toEqual([undefined, id])

  const second = relay.connect(boWrites)
  const joined = await second.client.getContainer(id, schema, '2.0.0')
  await isConnected(joined.container)
  expect(second.asked).toHaveLength(1)
  const boNotes = notesOf(joined.container)

  notes.add('from Ann')
  joined.container.initialObjects.map.set('by', 'Böb')
  await until(() => {
    expect(boNotes.read()).toEqual(['from Ann'])
    expect(container.initialObjects.map.get('by')).toBe('Böb')
  })
  boNotes.add('from Böb')
  await until(() => expect(notes.read()).toEqual(['from Ann', 'from Böb']))

  for (const { audience } of [services, joined.services])
    await until(() => {
      const members = audience.getMembers()
      expect(members.get('ann')).toMatchObject(ann)
      expect(members.get('bo')).toMatchObject(bo)
    })
  container.dispose()
  joined.container.dispose()
})

test('a viewer sees and cannot change', async () => {
  const { id, container, notes } = await relay.create(annWrites)
  const viewer = relay.connect({ user: { id: 'vi', name: 'Vi' }, scopes: ['doc:read'] })
  const seen = await viewer.client.getContainer(id, schema, '2.0.0')
  const seenNotes = notesOf(seen.container)
  notes.add('look')
  await until(() => expect(seenNotes.read()).toEqual(['look']))
  seen.container.initialObjects.map.set('by', 'Vi')
  // A later edit of somebody who may write has arrived everywhere; the viewer's has not.
  notes.add('later')
  await until(() => expect(seenNotes.read()).toEqual(['look', 'later']))
  expect(container.initialObjects.map.get('by')).toBeUndefined()
  container.dispose()
  seen.container.dispose()
})

test('a session outlives its token', async () => {
  const { container, notes, asked } = await relay.create(annWrites)
  relay.host.clock.advanceSeconds(3_700)
  await until(() => expect(asked.at(-1)?.refresh).toBe(true))
  await isConnected(container)
  notes.add('after an hour')
  await until(() => expect(container.isDirty).toBe(false))
  container.dispose()
})

test('who has no access is told so at once, and nothing hangs', async () => {
  const { id, container } = await relay.create(annWrites)
  const eve = relay.connect(
    { user: { id: 'eve', name: 'Eve' }, scopes: everything },
    {
      fetchToken: async () => {
        throw Object.assign(new Error('Forbidden'), { status: 403 })
      },
    },
  )
  const unhandled = await unhandledDuring(() =>
    expect(eve.client.getContainer(id, schema, '2.0.0')).rejects.toThrow('The server refused a Fluid token'),
  )
  // The driver's own: it asked for a storage token and did not look at the answer.
  expect(unhandled).toMatchObject([{ code: 'ERR_FLUID_TOKEN_FETCH_REFUSED' }])
  container.dispose()
})
