/** Entra credentials that fail, hang, or answer what cannot be used. */

import { createManualClock } from '@latchkey/common/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommunicationIdentityClient, type EntraToken, type TokenCredential } from '../src/index.ts'
import { type ScriptedService, startScriptedService, token, user } from './scripted-service.ts'

let service: ScriptedService

beforeAll(async () => {
  service = await startScriptedService()
})
afterAll(() => service.close())

type Answer = EntraToken | null

/** A credential that answers one thing after the other; the last one stays. */
function answering(...answers: (() => Promise<Answer>)[]): TokenCredential & { asked: number } {
  const credential = {
    asked: 0,
    getToken: () => {
      credential.asked += 1
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      return answer?.() ?? Promise.resolve(null)
    },
  }
  return credential
}

function throwing(error: object): () => Promise<Answer> {
  return async () => {
    throw Object.assign(new Error('no'), error)
  }
}

const nothing = async (): Promise<Answer> => null

function giving(text: unknown): () => Promise<Answer> {
  return async () => ({ token: text as string, expiresOnTimestamp: 8e15 })
}

const shown = (): unknown[] => service.seen.map(({ headers }) => headers.authorization)

test('a credential that throws before it promises anything is asked again by the next call', async () => {
  const broken = (): Promise<Answer> => {
    throw new Error('not ready')
  }
  const credential = answering(broken, giving('good'))
  const client = new CommunicationIdentityClient(service.url, credential, { clock: createManualClock() })
  service.script(token)
  await expect(client.getToken(user, ['chat'])).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE' })
  await client.getToken(user, ['chat'])
  expect(shown()).toEqual(['Bearer good'])
  expect(credential.asked).toBe(2)
})

describe('in the last minutes of a token', () => {
  const failures: Readonly<Record<string, () => Promise<never>>> = {
    fails: () => Promise.reject(new Error('Entra is down')),
    hangs: () => new Promise(() => undefined),
  }
  test.for(Object.keys(failures))('a credential that %s stops nobody until the end', async (name) => {
    const clock = createManualClock()
    const good = async (): Promise<Answer> => ({ token: 'good', expiresOnTimestamp: clock.now() + 100_000 })
    const credential = answering(good, failures[name] ?? good)
    const client = new CommunicationIdentityClient(service.url, credential, { clock })
    service.script(token)
    for (let call = 0; call < 5; call += 1) await client.getToken(user, ['chat'])
    expect(shown()).toEqual(Array(5).fill('Bearer good'))
    await clock.advance(98_000)
    await client.getToken(user, ['chat'])
    await clock.advance(1_000)
    const late = expect(client.getToken(user, ['chat'])).rejects.toMatchObject({
      code: 'ERR_IDENTITY_UNAVAILABLE',
      mayHaveActed: false,
    })
    await clock.advance(10_000)
    await late
    expect(service.seen).toHaveLength(6)
  })

  test('the credential is asked every three seconds, and as soon as it says', async () => {
    const clock = createManualClock()
    const first = async (): Promise<Answer> => ({
      token: 'first',
      expiresOnTimestamp: clock.now() + 3_600_000,
      refreshAfterTimestamp: clock.now() + 1_800_000,
    })
    const credential = answering(first, () => Promise.reject(new Error('Entra is down')))
    const client = new CommunicationIdentityClient(service.url, credential, { clock })
    service.script(token)
    const asked: number[] = []
    for (const waitMs of [0, 1_799_000, 1_000, 0, 2_999, 1]) {
      await clock.advance(waitMs)
      await client.getToken(user, ['chat'])
      asked.push(credential.asked)
    }
    expect(asked).toEqual([1, 1, 2, 2, 2, 3])
  })
})

test('a token whose end is not known is good for once', async () => {
  const credential = answering(async () => ({ token: 'endless', expiresOnTimestamp: undefined as never }))
  const client = new CommunicationIdentityClient(service.url, credential)
  service.script(token)
  await client.getToken(user, ['chat'])
  await client.getToken(user, ['chat'])
  expect(credential.asked).toBe(2)
})

describe('a create sends nothing', () => {
  test.for([
    ['no token', nothing, 'ERR_IDENTITY_DENIED'],
    ['an empty token', giving(''), 'ERR_IDENTITY_DENIED'],
    ['a number', giving(5), 'ERR_IDENTITY_DENIED'],
    ['a token of two lines', giving('a\r\nb'), 'ERR_IDENTITY_DENIED'],
    ['a refusal of Entra', throwing({ name: 'AuthenticationError', statusCode: 401 }), 'ERR_IDENTITY_DENIED'],
    ['nothing to ask', throwing({ name: 'CredentialUnavailableError' }), 'ERR_IDENTITY_DENIED'],
    [
      'refusals only',
      throwing({ errors: [{ statusCode: 400 }, { name: 'CredentialUnavailableError' }] }),
      'ERR_IDENTITY_DENIED',
    ],
    ['one failure among them', throwing({ errors: [{ statusCode: 400 }, {}] }), 'ERR_IDENTITY_UNAVAILABLE'],
    ['Entra being busy', throwing({ statusCode: 429 }), 'ERR_IDENTITY_UNAVAILABLE'],
    ['Entra failing', throwing({ statusCode: 503 }), 'ERR_IDENTITY_UNAVAILABLE'],
    ['no network', throwing({ code: 'ECONNRESET' }), 'ERR_IDENTITY_UNAVAILABLE'],
  ] as const)('after %s', async ([, answer, code]) => {
    service.script(token)
    const client = new CommunicationIdentityClient(service.url, answering(answer))
    await expect(client.createUser()).rejects.toMatchObject({ code, mayHaveActed: false })
    expect(service.seen).toEqual([])
  })
})
