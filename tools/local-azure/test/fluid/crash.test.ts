import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { clientOf, connected, startProcess, until } from './crashing-process.ts'
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
