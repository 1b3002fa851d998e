/**
 * What is done again at Cosmos, how often, and what becomes of the rest.
 */

import { systemClock } from '@latchkey/common'
import { type LocalAzure, settingsOf } from '@latchkey/local-azure'
import { test as localTest } from '@latchkey/local-azure/testing'
import { describe, expect, test } from 'vitest'
import { parseSettings } from '../src/index.ts'
import { beginSession, defaultSessionRules, prepareSession } from '../src/sessions/session.ts'
import { openCosmosDatabases } from '../src/stores/cosmos/cosmos-database.ts'
import { createCosmosRetry } from '../src/stores/cosmos/cosmos-retry.ts'
import { createCosmosSessionStore } from '../src/stores/cosmos/sessions.ts'

function createRetry() {
  const waits: number[] = []
  const clock = {
    now: () => 0,
    schedule: (delayMs: number, callback: () => void) => {
      waits.push(delayMs)
      callback()
      return () => undefined
    },
  }
  return { waits, retry: createCosmosRetry(clock, () => 0.5) }
}

describe('done again', () => {
  test.for([408, 410, 449, 503, 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'REQUEST_SEND_ERROR'])(
    'after %s, five times at most, after 10 to 1,010 ms',
    async (code) => {
      const { waits, retry } = createRetry()
      let calls = 0
      const flaky = async () => {
        calls += 1
        if (calls < 4) throw Object.assign(new Error('from the SDK'), { code })
        return 'done'
      }
      expect(await retry(flaky)).toBe('done')
      expect(waits).toHaveLength(3)
      for (const wait of waits) expect(wait >= 10 && wait <= 1_010).toBe(true)
      let failures = 0
      const broken = retry(async () => {
        failures += 1
        throw Object.assign(new Error('AccountKey=secret'), { code })
      })
      await expect(broken).rejects.toMatchObject({
        code: code === 503 || code === 449 ? 'ERR_SERVER_THROTTLED' : 'ERR_SERVER_UPSTREAM',
        message: expect.not.stringContaining('secret'),
      })
      expect(failures).toBe(5)
    },
  )

  test.for([400, 401, 403, 413, 429, 500])('not after %s', async (code) => {
    const { waits, retry } = createRetry()
    const broken = retry(async () => Promise.reject(Object.assign(new Error('from the SDK'), { code })))
    await expect(broken).rejects.toMatchObject({ details: { service: 'cosmos', upstreamStatus: code } })
    expect(waits).toEqual([])
  })

  test.for([304, 404, 409, 412])('%s is an answer, and goes through as it is', async (code) => {
    const { retry } = createRetry()
    const error = Object.assign(new Error('from the SDK'), { code })
    await expect(retry(async () => Promise.reject(error))).rejects.toBe(error)
  })
})

describe.each(['reset', '503', 'drop-response'] as const)('a session write that meets %s', (kind) => {
  const storeOf = (localAzure: LocalAzure) => {
    const settings = parseSettings({ ...settingsOf(localAzure.endpoints), NODE_ENV: 'development' })
    return createCosmosSessionStore(openCosmosDatabases(settings.cosmos, systemClock))
  }

  localTest('moves the session on once, and whoever asks again gets the same', async ({ localAzure }) => {
    const store = storeOf(localAzure)
    const nowMs = Date.now()
    const person = { id: 'p', subject: { issuer: 'i', subject: 's' }, name: 'P' }
    const sid = `sid-${kind}`.padEnd(22, 'x')
    const start = { sid, kind: 'client', person, role: 'new', clientId: 'c' } as const
    const prepared = prepareSession(start, defaultSessionRules, nowMs)
    const session = beginSession(prepared, start, defaultSessionRules, nowMs)
    await store.read(sid)
    const fault = (match: string) => localAzure.faults.add({ service: 'cosmos', match, kind, times: 1 })
    fault('POST /dbs/latchkey-system/colls/Sessions/docs')
    await store.create(session)
    expect((await store.read(sid))?.session).toEqual(session)
    fault('PATCH ')
    const condition = {
      sid,
      generation: 1,
      role: 'new',
      nowMs,
      checkedAfterMs: nowMs - 1,
      idleExpiresAtMs: nowMs + 1_000,
    }
    const rotated = await store.rotate(condition)
    // After a lost answer the repeat finds its own write and says that the condition no longer holds.
    expect(rotated?.generation).toBe(kind === 'drop-response' ? undefined : 2)
    expect((await store.read(sid))?.session.generation).toBe(2)
    expect(await store.rotate(condition)).toBeUndefined()
    fault('PATCH ')
    await store.revoke(sid, 'sign-out', nowMs)
    expect((await store.read(sid))?.session).toMatchObject({ revokedAtMs: nowMs, endReason: 'sign-out' })
  })
})
