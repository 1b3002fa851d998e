import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBody } from '../src/http/parameters.ts'

const read = (body: string): Promise<unknown> => {
  const headers = { 'content-type': 'application/json' }
  return readBody(new Request('http://x.test/', { method: 'POST', body, headers }), { allowForm: false })
}
const refusal = { code: 'ERR_SERVER_INPUT', details: { parameter: 'body' } }

/** The least CPU time of several attempts, so that what else the machine does counts little. */
async function cpuMicroseconds(body: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 7; round += 1) {
    const before = process.cpuUsage()
    await read(body).catch(() => undefined)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, user + system)
  }
  return least
}

describe('hostile bodies cost no more than their length', () => {
  test.for([
    ['one long string without an end', (size: number) => `"${'\\"'.repeat(size / 2)}`],
    ['many strings', (size: number) => '"'.repeat(size)],
    ['quotes and backslashes', (size: number) => '"\\'.repeat(size / 2)],
    ['brackets', (size: number) => '[{'.repeat(size / 2)],
    ['names', (size: number) => `{${'"a":1,'.repeat(size / 6)}`],
  ] as const)('%s', async ([, make]) => {
    await cpuMicroseconds(make(16_000))
    const [small, large] = [await cpuMicroseconds(make(2_000)), await cpuMicroseconds(make(16_000))]
    // Eight times the length: eight times the work, and sixty-four where it is quadratic.
    expect(large).toBeLessThan(20 * small + 10_000)
  })
})

test('whatever JSON holds is read as JSON.parse reads it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ maxDepth: 5 }), async (text) => {
      expect(await read(text)).toEqual(JSON.parse(text))
    }),
  )
})

test.for(['{"a":{"b":1},"c":{"b":2}}', '[{"a":1},{"a":2}]', '{"a":"a","b":["a","a"]}', '{"a":"\\"a\\":1"}'])(
  '%s says every name once in its object',
  async (text) => {
    expect(await read(text)).toEqual(JSON.parse(text))
  },
)

test.for([
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '{"x":[{"a":{},"b":1,"a":[]}]}',
  '{"a":[1,"a"],"b":{"a":1},"a":2}',
  '{"":1,"":2}',
  '{"__proto__":1,"__proto__":2}',
  '{"a\\"":1,"a\\"":2}',
])('%s says one twice', async (text) => {
  await expect(read(text)).rejects.toMatchObject(refusal)
})

test('twenty levels and no more', async () => {
  const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`
  expect(await read(nested(20))).toBeDefined()
  await expect(read(nested(22))).rejects.toMatchObject(refusal)
  expect(await read(`"${'['.repeat(100)}"`)).toBeDefined()
})
