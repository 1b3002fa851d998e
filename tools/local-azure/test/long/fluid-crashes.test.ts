import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { clientOf, connected, startProcess, until } from '../fluid/crashing-process.ts'
import { type Container, notesOf, schema } from '../fluid/relay-under-test.ts'

const crashes = 15

// Edits without pause and answers, when the process is gone, how many of them were acknowledged for certain.
async function editUntilKilled(
  container: Container,
  from: number,
  kill: () => Promise<void>,
): Promise<number> {
  const notes = notesOf(container)
  let acknowledged = notes.read().length
  let next = from
  const stopAt = performance.now() + 300 + Math.random() * 500
  while (performance.now() < stopAt) {
    for (let burst = 0; burst < 5; burst += 1) {
      notes.add(`note ${next}`)
      next += 1
    }
    await new Promise((resolve) => setTimeout(resolve, 4))
    if (!container.isDirty) acknowledged = notes.read().length
  }
  await kill()
  return acknowledged
}

test('a document survives being killed again and again while people type', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-crashes-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let id: string | undefined
  let acknowledged = 0
  for (let crash = 0; crash < crashes; crash += 1) {
    const { child, endpoints } = await startProcess(folder)
    const client = clientOf(endpoints)
    const { container } =
      id === undefined
        ? await client.createContainer(schema, '2.0.0')
        : await client.getContainer(id, schema, '2.0.0')
    const notes = notesOf(container, [])
    id ??= await container.attach()
    await connected(container)
    await until(() => expect(notes.read().length).toBeGreaterThanOrEqual(acknowledged))
    const kept = notes.read()
    expect(new Set(kept).size, `after crash ${crash}`).toBe(kept.length)
    acknowledged = await editUntilKilled(container, crash * 100_000, async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    container.dispose()
  }
  const { child, endpoints } = await startProcess(folder)
  const { container } = await clientOf(endpoints).getContainer(String(id), schema, '2.0.0')
  await connected(container)
  const notes = notesOf(container)
  console.log(`${crashes} crashes, ${notes.read().length} notes kept, ${acknowledged} acknowledged`)
  expect(notes.read().length).toBeGreaterThanOrEqual(acknowledged)
  notes.add('still here')
  await until(() => expect(container.isDirty).toBe(false))
  container.dispose()
  child.kill('SIGKILL')
})
