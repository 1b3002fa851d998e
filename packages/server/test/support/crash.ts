/**
 * A server that dies at its n-th step: at every request it puts on the wire to a service behind it, before or after the
 * far side has done its work. A dead server sends nothing any more, so no clean-up of its own can hide what it left behind.
 */

import { createDefaultHttpClient } from '@azure/core-rest-pipeline'
import { type Clock, systemClock } from '@latchkey/common'
import type { LocalAzure } from '@latchkey/local-azure'
import { settingsOf } from '@latchkey/local-azure'
import { expect } from 'vitest'
import { type LatchkeyPorts, parseSettings } from '../../src/index.ts'
import { createCosmosCommunicationUserStore } from '../../src/stores/cosmos/communication-users.ts'
import { openCosmosDatabases } from '../../src/stores/cosmos/cosmos-database.ts'
import { createCosmosStores } from '../../src/stores/cosmos/cosmos-stores.ts'
import { communicationTokens } from '../../src/tokens/communication.ts'
import { type Answer, createLocalServer, type LocalServer } from './local-server.ts'
import { unlimited } from './unlimited.ts'

export interface Crash {
  readonly ports: LatchkeyPorts
  /** Whether the server got to its n-th step. */
  readonly hasDied: () => boolean
}

/** The dead do not wait: what is asked again after a broken connection is asked, in vain, at once. */
const impatient: Clock = {
  now: () => systemClock.now(),
  schedule: (_delayMs, callback) => {
    const timer = setImmediate(callback)
    return () => clearImmediate(timer)
  },
}

/** @param step - From 0; even: before the far side hears of it, odd: after it has answered. */
export function dieAt(localAzure: LocalAzure, step: number): Crash {
  let died = false
  let sent = 0
  let answered = 0
  const run = async <T>(send: () => Promise<T>): Promise<T> => {
    died ||= step === 2 * sent
    if (died) throw new Error('The process is gone')
    sent += 1
    const answer = await send()
    died ||= step === 2 * answered + 1
    if (died) throw new Error('The process is gone')
    answered += 1
    return answer
  }
  const settings = parseSettings({ ...settingsOf(localAzure.endpoints), NODE_ENV: 'development' })
  const client = createDefaultHttpClient()
  const httpClient = {
    sendRequest: (request: Parameters<typeof client.sendRequest>[0]) =>
      run(() => client.sendRequest(request)),
  }
  const databases = openCosmosDatabases(settings.cosmos, impatient, httpClient)
  const store = createCosmosCommunicationUserStore(databases)
  return {
    ports: {
      stores: createCosmosStores(databases, settings),
      tokenServices: [communicationTokens({ store, clientOptions: { retryOptions: { maxRetries: 0 } } })],
      fetch: (input, init) => run(() => globalThis.fetch(input, init)),
    },
    hasDied: () => died,
  }
}

/** One call, what it is made on, and what must be true once it was made again. */
export interface CrashRound {
  readonly call: (server: LocalServer) => Promise<Answer>
  /** What is true before the call is made again. */
  readonly left?: () => Promise<void>
  /** The state of the far side after the call was made again on a server that lives. */
  readonly check: (again: Answer) => Promise<void>
}

export interface CrashOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Where the repeat dies too, before the call is made a third time. */
  readonly secondDeath?: () => number
}

/**
 * Kills a flow at each request it sends, before and after the far side hears of it, and makes the same call again each
 * time. That none was left out is told by local Azure's own log of the round that lives.
 *
 * @param arrange - Makes the state that one round begins with.
 * @returns how many requests the flow sends on a cold server.
 */
export async function killEverywhere(
  localAzure: LocalAzure,
  arrange: (round: number) => Promise<CrashRound>,
  { secondDeath, ...options }: CrashOptions = {},
): Promise<number> {
  const tokenServices = [communicationTokens()]
  const living = createLocalServer(localAzure, { ports: { tokenServices }, app: unlimited, ...options })
  for (let step = 0; ; step += 1) {
    const round = await arrange(step)
    const crash = dieAt(localAzure, step)
    localAzure.requests.clear()
    const answer = await round.call(createLocalServer(localAzure, { ports: crash.ports, ...options }))
    const requests = localAzure.requests.list().length
    if (!crash.hasDied()) {
      // One more where rounds differ by a request.
      expect([2 * requests, 2 * requests + 1]).toContain(step)
      await round.check(answer)
      return requests
    }
    if (secondDeath) {
      const { ports } = dieAt(localAzure, secondDeath())
      await round.call(createLocalServer(localAzure, { ports, ...options }))
    }
    await round.left?.()
    await round.check(await round.call(living))
  }
}
