/**
 * Paging through a sorted result while items come, go and change: a token is short, nothing that stays as it was is lost
 * or comes twice.
 */

import { CosmosClient } from '@azure/cosmos'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startCosmos } from '../../src/cosmos/index.ts'
import { compileQuery } from '../../src/cosmos/query/compiled-query.ts'
import { formatPosition, parsePosition } from '../../src/cosmos/query/continuation.ts'

type Key = string | number | boolean | null | Key[] | { [name: string]: Key } | undefined
interface Item {
  readonly id: string
  readonly a?: Key
  readonly b?: Key
  readonly tags: readonly string[]
}

interface Page {
  readonly ids: string[]
  readonly token: string | undefined
}

function readPage(items: readonly Item[], text: string, limit: number, token?: string): Page {
  const source = items.map((value) => ({ seq: Number(value.id.slice(1)), key: '[]', value: value as never }))
  const after = token === undefined ? undefined : parsePosition(token)
  const page = compileQuery({ text, parameters: new Map() }, { nowMs: 0 }).page(source, { after, limit })
  return {
    ids: page.rows.map((row) => String(JSON.parse(row))),
    token: page.next && formatPosition(page.next),
  }
}

// Texts are made of these, so that a counterexample stays readable.
const fillers: Readonly<Record<string, string>> = {
  X: 'x'.repeat(1500),
  C: '字'.repeat(500),
  Q: '"\\'.repeat(900),
  S: '\ud83d'.repeat(500),
}

function filled(value: Key): Key {
  if (typeof value === 'string') return value.replace(/[XCQS]/g, (name) => fillers[name] ?? '')
  if (Array.isArray(value)) return value.map(filled)
  return typeof value === 'object' && value !== null ? { long: filled(value['long']) } : value
}

const letters = fc.constantFrom('X', 'C', 'Q', 'S', 'a', 'b', '\u0000', '字')
const longText = fc.string({ unit: letters, maxLength: 3 }).map((text) => `X${text}`)
const key: fc.Arbitrary<Key> = fc.oneof(
  { weight: 6, arbitrary: longText },
  { weight: 2, arbitrary: fc.string({ unit: letters, maxLength: 3 }) },
  { weight: 2, arbitrary: fc.constantFrom<Key>(undefined, null, true, 0, -1.5, []) },
  { weight: 1, arbitrary: fc.tuple(longText, fc.integer()) },
  { weight: 1, arbitrary: fc.record({ long: longText }) },
)
const order = fc.constantFrom('c.a', 'c.a DESC', 'c.a, c.b', 'c.b DESC, c.a')
const fields = fc.record({ a: key, b: key, tags: fc.constantFrom(['t'], ['t', 'u'], []) })
const itemOf = ({ a, b, tags }: { a: Key; b: Key; tags: readonly string[] }, i: number): Item => ({
  id: `i${i}`,
  a: filled(a),
  b: filled(b),
  tags,
})
const change = fc.record({ kind: fc.constantFrom('delete', 'update', 'insert'), at: fc.nat(), fields })

interface Store {
  items: readonly Item[]
  readonly touched: Set<string>
  next: number
}

type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never

function apply(store: Store, { kind, at, fields: put }: Change): void {
  const old = store.items[at % (store.items.length + 1)]
  if (kind === 'insert') {
    store.items = [...store.items, itemOf(put, store.next)]
    store.next += 1
  } else if (old) {
    store.touched.add(old.id)
    store.items = store.items.flatMap((item) => {
      if (item !== old) return [item]
      return kind === 'delete' ? [] : [{ ...itemOf(put, 0), id: old.id }]
    })
  }
}

// Reads all pages, with changes after each; one that consumes deletes what it has read.
function readWhileChanging(
  store: Store,
  text: string,
  limit: number,
  rounds: readonly (readonly Change[])[],
  consume: boolean,
): string[] {
  const found: string[] = []
  let page = readPage(store.items, text, limit)
  for (let round = 0; ; round += 1) {
    found.push(...page.ids)
    if (page.token === undefined) return found
    expect(page.token).toMatch(/^[\x20-\x7e]{1,1024}$/)
    for (const made of rounds[round] ?? []) apply(store, made)
    if (consume) store.items = store.items.filter(({ id }) => !found.includes(id))
    page = readPage(store.items, text, limit, page.token)
  }
}

test('what stays as it was comes once, in order, by tokens of at most 1 kB', () => {
  fc.assert(
    fc.property(
      fc.array(fields, { minLength: 1, maxLength: 12 }),
      fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 8 }),
      order,
      fc.constantFrom('plain', 'consume', 'joined'),
      fc.integer({ min: 1, max: 4 }),
      (bodies, rounds, by, mode, limit) => {
        const text =
          mode === 'joined'
            ? `SELECT VALUE CONCAT(c.id, t) FROM c JOIN t IN c.tags ORDER BY ${by}`
            : `SELECT VALUE c.id FROM c ORDER BY ${by}`
        const store: Store = { items: bodies.map(itemOf), touched: new Set(), next: bodies.length }
        const whole = readPage(store.items, text, Number.POSITIVE_INFINITY).ids
        const found = readWhileChanging(store, text, limit, rounds, mode === 'consume')
        const stayed = whole.filter((row) => !store.touched.has(row.replace(/[tu]$/, '')))
        expect(found.filter((row) => stayed.includes(row))).toEqual(stayed)
      },
    ),
    { numRuns: 400 },
  )
})

test('when nothing is left of what told where to go on, the token is refused', () => {
  const items = Array.from({ length: 100 }, (_, i) => ({
    id: `i${i}`,
    a: `${'x'.repeat(1000)}${String(i).padStart(2, '0')}`,
    tags: [],
  }))
  const text = 'SELECT VALUE c.id FROM c ORDER BY c.a'
  const { ids, token } = readPage(items, text, 50)
  expect(ids).toHaveLength(50)
  const without = (from: number, to: number): string[] =>
    readPage([...items.slice(0, from), ...items.slice(to)], text, 50, token).ids
  expect(without(30, 69)[0]).toBe('i69')
  expect(without(31, 70)[0]).toBe('i70')
  expect(() => without(30, 70)).toThrow('start the query anew')
})

test('the real SDK pages over http through texts of 20,000 characters', async () => {
  const server = await startCosmos({ throttling: false })
  const client = new CosmosClient({ endpoint: server.endpoint, key: server.key })
  try {
    const { database } = await client.databases.create({ id: 'shop' })
    const { container } = await database.containers.create({ id: 'items', partitionKey: '/pk' })
    for (const text of ['x'.repeat(20_000), '字'.repeat(3000)]) {
      for (let i = 0; i < 6; i += 1)
        await container.items.upsert({ id: `i${i}`, pk: 'p', text: text + (5 - i) })
      const iterator = container.items.query<string>('SELECT VALUE c.id FROM c ORDER BY c.text', {
        maxItemCount: 2,
      })
      const pages: string[][] = []
      while (iterator.hasMoreResults()) pages.push((await iterator.fetchNext()).resources)
      expect(pages.flat()).toEqual(['i5', 'i4', 'i3', 'i2', 'i1', 'i0'])
    }
  } finally {
    client.dispose()
    await server.close()
  }
})
