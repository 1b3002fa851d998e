import { createHmac } from 'node:crypto'
import { describe, expect } from 'vitest'
import { check, checkLocally, useTarget } from './target.ts'

const target = useTarget()

/** Reads the database of the tests with a request signed by hand. */
function readDatabase(dateMs: number, more: Record<string, string> = {}): Promise<Response> {
  const date = new Date(dateMs).toUTCString()
  const link = `dbs/${target.database.id}`
  const signature = createHmac('sha256', Buffer.from(target.key, 'base64'))
    .update(`get\ndbs\n${link}\n${date.toLowerCase()}\n\n`)
    .digest('base64')
  const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`)
  const headers = { authorization, 'x-ms-date': date, 'x-ms-version': '2020-07-15', ...more }
  return fetch(new URL(link, target.endpoint), { headers })
}

describe('the date of a signature', () => {
  for (const [minutes, status] of [
    [-16, 403],
    [-14, 200],
    [14, 200],
    [16, 403],
  ] as const) {
    check(`skew: a request dated ${minutes} minutes away is ${status}`, async () => {
      expect((await readDatabase(Date.now() + minutes * 60_000)).status).toBe(status)
    })
  }
})

describe('browsers', () => {
  const origin = 'http://localhost:5173'
  const asked = ['authorization', 'if-match', 'x-ms-documentdb-partitionkey', 'x-ms-version']

  checkLocally('cors: a page of this machine may send every request of the SDK', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const headers = {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': asked.join(),
      }
      const answer = await fetch(new URL('dbs', target.endpoint), { method: 'OPTIONS', headers })
      expect(answer.ok).toBe(true)
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('access-control-allow-methods')).toContain(method)
      for (const name of asked)
        expect(answer.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(name)
    }
  })

  checkLocally('cors: and reads every header of an answer, and of a refusal', async () => {
    for (const [dateMs, status, names] of [
      [Date.now(), 200, ['etag', 'x-ms-request-charge', 'x-ms-activity-id']],
      [0, 403, ['x-ms-request-charge', 'x-ms-activity-id']],
    ] as const) {
      const answer = await readDatabase(dateMs, { origin })
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, origin])
      const exposed = answer.headers.get('access-control-expose-headers')?.toLowerCase().split(', ')
      expect(exposed).toEqual(expect.arrayContaining([...names]))
    }
  })

  checkLocally('cors: a page from elsewhere may not', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' }
      const answer = await fetch(new URL('dbs', target.endpoint), { method, headers })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})
