import { generateToken as peerGenerateToken } from '@fluidframework/server-services-client'
import { expect, onTestFinished, test } from 'vitest'
import type { FluidScope, FluidUser } from '../src/index.ts'
import { payloadOf, thrownBy } from './fixtures.ts'
import {
  ann,
  azureClient,
  bo,
  everything,
  isConnected,
  type RelayUnderTest,
  schema,
  startRelay,
  unhandledDuring,
  until,
} from './relay-under-test.ts'

const nameless = { id: 'eve' }
const scopes = [...everything] as unknown as Parameters<typeof peerGenerateToken>[3]

// The function azure-service-utils has too: same code, same jsrsasign.
function peerProvider(relay: RelayUnderTest) {
  const fetch = async (tenantId: string, documentId?: string): Promise<{ jwt: string }> => ({
    jwt: peerGenerateToken(tenantId, documentId ?? '', relay.keys().primary, scopes, nameless),
  })
  return { fetchOrdererToken: fetch, fetchStorageToken: fetch }
}

/**
 * @see https://github.com/microsoft/FluidFramework/issues/20159
 */
test("the peer's token without a name kills a document for everybody in it", async () => {
  // Only the real service's own rules: local Azure would refuse the token.
  const relay = await startRelay({ judge: () => undefined })
  onTestFinished(() => relay.close())
  const { id, container } = await relay.create({ user: ann, scopes: everything })
  const second = await relay
    .connect({ user: bo, scopes: everything })
    .client.getContainer(id, schema, '2.0.0')
  await isConnected(second.container)
  const healthy = [container, second.container]
  const deaths: Error[] = []
  for (const one of healthy) one.on('disposed', (error) => deaths.push(error as unknown as Error))

  await unhandledDuring(async () => {
    const eve = azureClient(relay.relay.url, relay.tenantId, peerProvider(relay))
    // Dies by her own hand, too, sooner or later in the load.
    await eve.getContainer(id, schema, '2.0.0').catch(() => undefined)
    await until(() => expect(deaths).toHaveLength(2))
  })
  for (const { message } of deaths) expect(message).toContain('Missing required "name" property')
  expect(healthy.map(({ disposed }) => disposed)).toEqual([true, true])

  // The nameless one is among the operations of the document now, which whoever replays them meets again.
  const { token } = relay.signer().sign({ documentId: id, scopes: everything, user: ann })
  const headers = { authorization: `Basic ${token}` }
  const stored = await fetch(`${relay.relay.url}/deltas/${relay.tenantId}/${id}?from=0&to=100`, { headers })
  expect(await stored.text()).toContain(String.raw`\"user\":{\"id\":\"eve\"}`)
})

test('our signer makes no such token, and the token server answers none', async () => {
  const relay = await startRelay({ judge: () => undefined })
  onTestFinished(() => relay.close())
  const request = {
    documentId: 'd',
    scopes: everything as readonly FluidScope[],
    user: nameless as FluidUser,
  }
  expect(thrownBy(() => relay.signer().sign(request))).toMatchObject({ code: 'ERR_FLUID_USER' })

  const { id, container } = await relay.create({ user: ann, scopes: everything })
  const eve = relay.connect({ user: nameless as FluidUser, scopes: everything }, { giveUpAfterMs: 0 })
  await unhandledDuring(() =>
    expect(eve.client.getContainer(id, schema, '2.0.0')).rejects.toThrow('could not be fetched'),
  )
  await isConnected(container)
  container.initialObjects.map.set('alive', true)
  await until(() => expect(container.isDirty).toBe(false))
  container.dispose()
})

test('the peer signs it without a word', () => {
  const token = peerGenerateToken('t', 'd', 'k', scopes, nameless)
  expect(payloadOf(token)['user']).toEqual(nameless)
})
