import type { AzureClient } from '@fluidframework/azure-client'
import { describe, expect, type TestContext, test } from 'vitest'
import {
  ann,
  type Container,
  everything,
  isConnected,
  type RelayUnderTest,
  type Restartable,
  schema,
  startRelay,
  unhandledDuring,
  until,
} from './relay-under-test.ts'

const outageMs = 10_000
// The driver's own waits grow to eight seconds.
const patienceMs = 60_000

const bo = { user: { id: 'bo', name: 'Bo' }, scopes: everything }

/** What goes down: the relay, the token server, or both. */
const outages = ['relay', 'tokens', 'both'] as const

/** Down for ten seconds: connections refused, not only slow. Answers when everything is back. */
async function takeDown(
  relay: RelayUnderTest,
  what: (typeof outages)[number],
): Promise<{ back: Promise<void> }> {
  const parts: readonly Restartable[] = {
    relay: [relay.relay],
    tokens: [relay.tokens],
    both: [relay.relay, relay.tokens],
  }[what]
  await Promise.all(parts.map((part) => part.stop()))
  const back = new Promise<void>((resolve, reject) => {
    setTimeout(() => {
      Promise.all(parts.map((part) => part.start())).then(() => resolve(), reject)
    }, outageMs)
  })
  return { back }
}

async function start({ onTestFinished }: TestContext): Promise<RelayUnderTest> {
  const relay = await startRelay()
  onTestFinished(() => relay.close())
  return relay
}

/**
 * A load as an app makes it: the driver ends one at once when it cannot reach the relay, which no token provider can
 * change, so the app asks again.
 */
async function load(client: AzureClient, id: string): Promise<{ container: Container }> {
  for (;;) {
    try {
      return await client.getContainer(id, schema, '2.0.0')
    } catch (error) {
      if ((error as { canRetry?: unknown }).canRetry !== true) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}

describe.concurrent('ten seconds without the', () => {
  // Vitest runs five at once: with both at first load there would be a second round.
  test.for(['relay', 'tokens'] as const)(
    '%s at first load: the load waits and ends well',
    { timeout: patienceMs },
    async (what, context) => {
      const relay = await start(context)
      const { id, container } = await relay.create({ user: ann, scopes: everything })
      container.dispose()
      const startedAtMs = performance.now()
      const { back } = await takeDown(relay, what)
      const { client, asked } = relay.connect(bo)
      const loaded = await load(client, id)
      await back
      await isConnected(loaded.container)
      expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(outageMs)
      // Whoever is down is not asked over and over.
      expect(asked.length).toBeLessThan(10)
      loaded.container.dispose()
    },
  )

  test.for(outages)(
    '%s at refresh: the session goes on, with what was typed meanwhile',
    { timeout: patienceMs },
    async (what, context) => {
      const relay = await start(context)
      const { container, asked } = await relay.create({ user: ann, scopes: everything })
      const deaths: unknown[] = []
      container.on('disposed', (error) => deaths.push(error))
      const { back } = await takeDown(relay, what)
      // Every token runs out while nobody can make a new one, or show it.
      relay.host.clock.advanceSeconds(3_700)
      container.initialObjects.map.set('typed', 'meanwhile')
      await back
      await until(() => expect(container.isDirty).toBe(false), patienceMs / 2)
      expect(asked.some(({ refresh }) => refresh)).toBe(true)
      expect(asked.length).toBeLessThan(30)
      expect(deaths).toEqual([])
      container.dispose()
    },
  )
})

test('a token server that stays away fails the load and does not hang it', async (context) => {
  const relay = await start(context)
  const { id, container } = await relay.create({ user: ann, scopes: everything })
  container.dispose()
  await relay.tokens.stop()
  const { client, asked } = relay.connect(bo, { giveUpAfterMs: 1_000 })
  await unhandledDuring(() =>
    expect(client.getContainer(id, schema, '2.0.0')).rejects.toThrow('The Fluid token could not be fetched'),
  )
  expect(asked.length).toBeGreaterThan(1)
  await relay.tokens.start()
})
