import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  type ClientUser,
  clientOf,
  connected,
  type RelayProcess,
  startProcess,
  tokenFor,
  until,
} from './crashing-process.ts'
import { openSocket } from './raw-socket.ts'
import { notesOf, schema } from './relay-under-test.ts'

test('what was acknowledged outlives kill -9 with people in the document', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const first = await startProcess(folder)
  onTestFinished(() => void first.child.kill('SIGKILL'))
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
  onTestFinished(() => void second.child.kill('SIGKILL'))
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

const people = { bo: { id: 'bo', name: 'Bo' }, cy: { id: 'cy', name: 'Cy the last' } }

// Killed between the keeping of an operation and the note that it was ordered.
test.for([
  ['an edit', 'the last note'],
  ['a coming', people.cy.name],
  ['a going', '"type":"leave"'],
] as const)('kill -9 right after %s was kept damages nothing', async ([what, fatal]) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const first = await startProcess(folder, fatal)
  onTestFinished(() => void first.child.kill('SIGKILL'))
  const killed = once(first.child, 'exit')
  const { container: ann } = await clientOf(first.endpoints).createContainer(schema, '2.0.0')
  notesOf(ann, [])
  const id = await ann.attach()
  await connected(ann)
  const open = ({ endpoints }: RelayProcess, user: ClientUser) =>
    clientOf(endpoints, user).getContainer(id, schema, '2.0.0')
  const { container: bo } = await open(first, people.bo)
  await connected(bo)
  notesOf(ann).add('of Ann')
  await until(() => expect(notesOf(bo).read()).toEqual(['of Ann']))
  if (what === 'an edit') notesOf(ann).add(fatal)
  if (what === 'a coming') open(first, people.cy).catch(() => undefined)
  if (what === 'a going') bo.dispose()
  await killed
  ann.dispose()
  bo.dispose()

  const second = await startProcess(folder)
  onTestFinished(() => void second.child.kill('SIGKILL'))
  const expected = what === 'an edit' ? ['of Ann', fatal] : ['of Ann']
  for (const name of ['dora', 'eve']) {
    const { container, services } = await open(second, { id: name, name })
    await connected(container)
    expect(notesOf(container).read()).toEqual(expected)
    await until(() => expect([...services.audience.getMembers().keys()]).toEqual([name]))
    notesOf(container).add(name)
    expected.push(name)
    await until(() => expect(container.isDirty).toBe(false))
    container.dispose()
  }
})

test('kill -9 while a batch is kept leaves no half of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const first = await startProcess(folder, 'one of three')
  onTestFinished(() => void first.child.kill('SIGKILL'))
  const killed = once(first.child, 'exit')
  const { container } = await clientOf(first.endpoints).createContainer(schema, '2.0.0')
  const id = await container.attach()
  container.dispose()
  const { endpoint, tenantId } = first.endpoints.fluid
  const socket = await openSocket(endpoint)
  const { payload } = await socket.connect(id, tokenFor(first.endpoints, id), tenantId)
  const contents = ['one of three', 'two of three', 'three of three']
  const batch = contents.map((text, index) => ({
    type: 'op',
    clientSequenceNumber: index + 1,
    referenceSequenceNumber: -1,
    contents: text,
  }))
  socket.emit('submitOp', payload.clientId, [batch])
  await killed

  const second = await startProcess(folder)
  onTestFinished(() => void second.child.kill('SIGKILL'))
  const response = await fetch(`${second.endpoints.fluid.endpoint}/deltas/${tenantId}/${id}`, {
    headers: { authorization: `Basic ${tokenFor(second.endpoints, id)}` },
  })
  const operations = (await response.json()) as { type: string; contents: unknown }[]
  expect(operations.filter(({ type }) => type === 'op').map((each) => each.contents)).toEqual(contents)
})
