/**
 * Each defect of Azure's credential (2.5.0), shown in Azure's class and absent from ours.
 *
 * @see reference acs.md 1.1, defects 1 to 8
 */

import { spawnSync } from 'node:child_process'
import { AzureCommunicationTokenCredential as AzureCredential } from '@azure/communication-common'
import { type AccessToken, AzureCommunicationTokenCredential } from '@latchkey/common'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tokenAt } from './tokens.ts'

const hour = 3_600_000

interface Options {
  tokenRefresher: (signal?: unknown) => Promise<string | AccessToken>
  token?: AccessToken
  refreshProactively?: boolean
}
interface Credential {
  getToken(options?: { abortSignal?: AbortSignal }): Promise<AccessToken>
  dispose(): void
}
type Create = (options: Options) => Credential

const createAzure: Create = (options) => new AzureCredential(options)
const create: Create = (options) => new AzureCommunicationTokenCredential(options)

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Runs a script in a Node of its own, to see how that process ends. */
function run(module: string, body: string): { status: number | null; error: string } {
  const script = `
    const { AzureCommunicationTokenCredential } = await import(${JSON.stringify(import.meta.resolve(module))})
    const token = { token: 'x', expiresOnTimestamp: Date.now() + 1000 }
    ${body}`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  return { status, error: stderr }
}

test('1: a proactive refresh that fails kills the process', () => {
  const body = `
    const tokenRefresher = () => Promise.reject(new Error('no network'))
    new AzureCommunicationTokenCredential({ tokenRefresher, refreshProactively: true })
    setTimeout(() => undefined, 300)`
  const azure = run('@azure/communication-common', body)
  expect(azure).toMatchObject({ status: 1, error: expect.stringContaining('no network') })
  expect(run('@latchkey/common', body)).toEqual({ status: 0, error: '' })
})

async function callsAfterOneFailure(make: Create): Promise<number> {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  let calls = 0
  const tokenRefresher = async (): Promise<AccessToken> => {
    calls += 1
    if (calls === 1) throw new Error('once')
    return tokenAt(Date.now(), hour, 'ok')
  }
  const credential = make({
    tokenRefresher,
    refreshProactively: true,
    token: tokenAt(Date.now(), hour, 'first'),
  })
  await vi.advanceTimersByTimeAsync(2 * hour)
  credential.dispose()
  vi.useRealTimers()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', unhandled)
  return calls
}

test('2: one failure ends the schedule for ever', async () => {
  expect(await callsAfterOneFailure(createAzure)).toBe(1)
  vi.useFakeTimers()
  expect(await callsAfterOneFailure(create)).toBeGreaterThanOrEqual(3)
})

test('3: a token of more than 24.8 days makes a hot loop', () => {
  const body = `
    let calls = 0
    const tokenRefresher = async () => {
      calls += 1
      return { token: 'x', expiresOnTimestamp: Date.now() + 30 * 24 * 3600_000 }
    }
    const credential = new AzureCommunicationTokenCredential({ tokenRefresher, refreshProactively: true })
    setTimeout(() => { console.error('calls=' + calls); process.exit() }, 300)`
  const count = (module: string): number => Number(/calls=(\d+)/.exec(run(module, body).error)?.[1])
  expect(count('@azure/communication-common')).toBeGreaterThan(10)
  expect(count('@latchkey/common')).toBe(1)
})

async function callsWithCachedToken(make: Create): Promise<number> {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  const same = tokenAt(Date.now(), 600_000, 'cached by the server')
  const lastSeconds: number[] = []
  const tokenRefresher = async (): Promise<AccessToken> => {
    const leftMs = same.expiresOnTimestamp - Date.now()
    if (leftMs <= 5_000) lastSeconds.push(leftMs)
    return same
  }
  const credential = make({ tokenRefresher, refreshProactively: true, token: same })
  await vi.advanceTimersByTimeAsync(600_001)
  credential.dispose()
  vi.useRealTimers()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', unhandled)
  return lastSeconds.length
}

test('4: a refresher that answers the same token is asked faster and faster', async () => {
  expect(await callsWithCachedToken(createAzure)).toBeGreaterThan(8)
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
  expect(await callsWithCachedToken(create)).toBeLessThanOrEqual(2)
})

test('5: the timer keeps a script from ending', () => {
  const body = `
    const tokenRefresher = async () => token
    new AzureCommunicationTokenCredential({
      tokenRefresher, refreshProactively: true,
      token: { token: 'x', expiresOnTimestamp: Date.now() + 3_600_000 },
    })
    setTimeout(() => { console.error('still here'); process.exit(7) }, 300).unref()`
  expect(run('@azure/communication-common', body).status).toBe(7)
  expect(run('@latchkey/common', body)).toEqual({ status: 0, error: '' })
})

async function othersAbort(make: Create): Promise<unknown[]> {
  vi.useRealTimers()
  const settle = (name: string) => (error: Error) => `${name}: ${error.name}`
  const tokenRefresher = (signal?: unknown): Promise<AccessToken> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(tokenAt(Date.now(), hour, 'ok')), 50)
      ;(signal as AbortSignal | undefined)?.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(new DOMException('aborted', 'AbortError'))
      })
    })
  const credential = make({ tokenRefresher })
  const first = new AbortController()
  const answers = [
    credential.getToken({ abortSignal: first.signal }).then(() => 'first: token', settle('first')),
    credential.getToken().then(() => 'second: token', settle('second')),
  ]
  await Promise.resolve()
  first.abort()
  const pair = await Promise.all(answers)
  const ended = AbortSignal.abort()
  const other = make({ tokenRefresher })
  const own = new AbortController()
  const shared = [
    other.getToken().then(() => 'without: token', settle('without')),
    other.getToken({ abortSignal: own.signal }).then(() => 'own: token', settle('own')),
  ]
  own.abort()
  return [
    ...pair,
    ...(await Promise.all(shared)),
    await other.getToken({ abortSignal: ended }).then(() => 'ended: token', settle('ended')),
  ]
}

test('6: the first caller’s abort is everybody’s, another’s is ignored, and so is a signal already aborted', async () => {
  expect(await othersAbort(createAzure)).toEqual([
    'first: AbortError',
    'second: AbortError',
    'without: token',
    'own: token',
    'ended: token',
  ])
  expect(await othersAbort(create)).toEqual([
    'first: AbortError',
    'second: token',
    'without: token',
    'own: AbortError',
    'ended: AbortError',
  ])
})

test('7: a token fetched during dispose stays in the disposed object', () => {
  // Disposes at each of the first turns after the answer, then looks for the tokens in the heap, where private fields
  // are as visible as others.
  const body = `
    const { getHeapSnapshot } = await import('node:v8')
    const credentials = []
    const play = async (turns) => {
      let finish
      const tokenRefresher = () => new Promise((resolve) => { finish = resolve })
      const credential = new AzureCommunicationTokenCredential({ tokenRefresher })
      credentials.push(credential)
      const asked = credential.getToken().catch(() => undefined)
      await undefined
      await undefined
      await undefined
      finish({ token: ['after', 'dispose', turns * 7919].join('-'), expiresOnTimestamp: Date.now() + 3_600_000 })
      for (let turn = 0; turn < turns; turn += 1) await undefined
      credential.dispose()
      await asked
    }
    for (let turns = 0; turns < 12; turns += 1) await play(turns)
    await new Promise((resolve) => setTimeout(resolve, 10))
    let heap = ''
    for await (const part of getHeapSnapshot()) heap += part
    console.error('kept=' + (heap.match(/after-dispose-\\d+/g) ?? []).length)`
  const kept = (module: string): number => Number(/kept=(\d+)/.exec(run(module, body).error)?.[1])
  expect(kept('@azure/communication-common')).toBeGreaterThan(0)
  expect(kept('@latchkey/common')).toBe(0)
})

test('8: a token with a second left is handed out', async () => {
  const firstAnswer = async (make: Create): Promise<string> => {
    const tokenRefresher = async (): Promise<AccessToken> => tokenAt(Date.now(), hour, 'next')
    const credential = make({ tokenRefresher, token: tokenAt(Date.now(), hour, 'first') })
    await vi.advanceTimersByTimeAsync(hour - 1_000)
    return (await credential.getToken()).token
  }
  expect(await firstAnswer(createAzure)).toBe('first')
  vi.setSystemTime(Date.UTC(2026, 0, 1))
  expect(await firstAnswer(create)).toBe('next')
})
