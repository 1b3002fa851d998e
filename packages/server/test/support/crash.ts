/**
 * A server that dies at its n-th step: at every call to storage or to a service behind it, before or after the far side
 * has done its work. A dead server does nothing any more, so no clean-up of its own can hide what it left behind.
 */

import { systemClock } from '@latchkey/common'
import type { LocalAzure } from '@latchkey/local-azure'
import { settingsOf } from '@latchkey/local-azure'
import { type LatchkeyPorts, parseSettings, type Stores } from '../../src/index.ts'
import { openCosmosDatabases } from '../../src/stores/cosmos/cosmos-database.ts'
import { createCosmosStores } from '../../src/stores/cosmos/cosmos-stores.ts'

export interface Crash {
  readonly ports: LatchkeyPorts
  /** Whether the server got to its n-th step. */
  readonly hasDied: () => boolean
}

/** @param step - From 0; even: before the far side hears of it, odd: after it has answered. */
export function dieAt(localAzure: LocalAzure, step: number): Crash {
  let died = false
  let count = 0
  const dead = (): Promise<never> => Promise.reject(new Error('The process is gone'))
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (died || count === step) {
      died = true
      return dead()
    }
    count += 1
    const result = await work()
    if (died || count === step) {
      died = true
      return dead()
    }
    count += 1
    return result
  }
  const { cosmos } = parseSettings({ ...settingsOf(localAzure.endpoints), NODE_ENV: 'development' })
  const stores = createCosmosStores(openCosmosDatabases(cosmos, systemClock), cosmos)
  const wrapped = Object.fromEntries(
    Object.entries(stores).map(([name, store]) => [
      name,
      typeof store === 'function' ? store : wrap(store, run),
    ]),
  )
  return {
    ports: {
      stores: wrapped as unknown as Stores,
      fetch: (input, init) => run(() => globalThis.fetch(input, init)),
    },
    hasDied: () => died,
  }
}

function wrap<Store extends object>(store: Store, run: <T>(work: () => Promise<T>) => Promise<T>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => run(() => Reflect.apply(member, target, args) as Promise<unknown>)
    },
  })
}
