import { afterAll, beforeAll, expect, test } from 'vitest'
import { ann, everything, type RelayUnderTest, startRelay } from './relay-under-test.ts'
import { rotateUnderLoad } from './rotation-under-load.ts'

let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startRelay()
})
afterAll(() => relay.close())

test('four people edit while both keys are replaced: no edit is lost, nobody is turned away', async () => {
  const old = relay.keys()
  const { edits, refusals, missing } = await rotateUnderLoad(relay, { people: 4, rotations: 2 })
  expect(relay.keys().primary).not.toBe(old.primary)
  expect(relay.keys().secondary).not.toBe(old.secondary)
  expect(edits).toBeGreaterThan(100)
  expect(refusals).toEqual([])
  expect(missing).toEqual([])
})

test('a token of the replaced key is refused: the rotation above could have failed', async () => {
  const { id, container } = await relay.create({ user: ann, scopes: everything })
  const ask = async (token: string): Promise<number> => {
    const url = `${relay.relay.url}/documents/${relay.tenantId}/session/${id}`
    const { status } = await fetch(url, { headers: { authorization: `Basic ${token}` } })
    return status
  }
  relay.signWith('primary')
  const { token } = relay.signer().sign({ documentId: id, scopes: everything, user: ann })
  expect(await ask(token)).toBe(200)
  relay.service.regenerateKey('primary')
  expect(await ask(token)).toBe(403)
  container.dispose()
})
