import type { Container, JSONValue } from '@azure/cosmos'
import { beforeAll, describe, expect } from 'vitest'
import { check, query, useTarget } from './target.ts'

const target = useTarget()

interface Person {
  id: string
  pk: string
  age?: number | null | string
  city: string
  tags: string[]
  children: { name: string; toys: string[] }[]
}

const people: Person[] = [
  {
    id: 'ann',
    pk: 'p',
    age: 31,
    city: 'Oslo',
    tags: ['a', 'b'],
    children: [{ name: 'Kim', toys: ['car', 'bear'] }],
  },
  { id: 'ben', pk: 'p', age: 25, city: 'Rome', tags: ['b'], children: [] },
  {
    id: 'cat',
    pk: 'q',
    age: 42,
    city: 'Oslo',
    tags: ['c', 'a'],
    children: [
      { name: 'Lee', toys: [] },
      { name: 'Max', toys: ['ball'] },
    ],
  },
  { id: 'dan', pk: 'q', city: 'Bern', tags: [], children: [] },
  { id: 'eve', pk: 'r', age: null, city: 'Rome', tags: ['a'], children: [] },
  { id: 'fay', pk: 'r', age: 'old', city: 'Bern', tags: ['d'], children: [{ name: 'Noa', toys: ['car'] }] },
]

describe('queries', () => {
  let container: Container
  beforeAll(async () => {
    container = await target.container({
      indexingPolicy: {
        compositeIndexes: [
          [
            { path: '/city', order: 'ascending' },
            { path: '/id', order: 'descending' },
          ],
        ],
      },
    })
    for (const person of people) await container.items.create(person)
  })

  const cases: [name: string, text: string, expected: unknown[], parameters?: Record<string, JSONValue>][] = [
    ['SELECT list', 'SELECT c.id, c.city FROM c WHERE c.id = "ann"', [{ id: 'ann', city: 'Oslo' }]],
    [
      'SELECT with aliases',
      'SELECT c.id AS name, c.age years FROM c WHERE c.id = "ann"',
      [{ name: 'ann', years: 31 }],
    ],
    ['SELECT VALUE', 'SELECT VALUE c.city FROM c WHERE c.pk = "p"', ['Oslo', 'Rome']],
    ['SELECT VALUE leaves out what is not there', 'SELECT VALUE c.age FROM c WHERE c.pk = "q"', [42]],
    [
      'SELECT list leaves out what is not there',
      'SELECT c.id, c.age FROM c WHERE c.id = "dan"',
      [{ id: 'dan' }],
    ],
    ['unnamed expressions', 'SELECT c.age + 1, "x" FROM c WHERE c.id = "ann"', [{ $1: 32, $2: 'x' }]],
    [
      'objects and arrays',
      'SELECT VALUE {"n": c.id, t: [c.city, c.none]} FROM c WHERE c.id = "ann"',
      [{ n: 'ann', t: ['Oslo'] }],
    ],
    ['SELECT without FROM', 'SELECT 1 + 2 AS three', [{ three: 3 }]],
    [
      'parameters',
      'SELECT VALUE c.id FROM c WHERE c.city = @city AND c.age > @age',
      ['cat'],
      { city: 'Oslo', age: 35 },
    ],
    [
      'parameters of object and array types',
      'SELECT VALUE c.id FROM c WHERE c.tags = @tags',
      ['cat'],
      { tags: ['c', 'a'] },
    ],
    ['property by brackets', 'SELECT VALUE c["city"] FROM c WHERE c["id"] = "ann"', ['Oslo']],
    ['elements by index', 'SELECT VALUE c.children[1].name FROM c', ['Max']],
    ['comparison leaves out other types', 'SELECT VALUE c.id FROM c WHERE c.age > 0', ['ann', 'ben', 'cat']],
    [
      '!= keeps other types and leaves out what is not there',
      'SELECT VALUE c.id FROM c WHERE c.age != 31',
      ['ben', 'cat', 'eve', 'fay'],
    ],
    ['= null', 'SELECT VALUE c.id FROM c WHERE c.age = null', ['eve']],
    ['NOT of undefined is undefined', 'SELECT VALUE c.id FROM c WHERE NOT (c.age > 30)', ['ben']],
    ['undefined OR true', 'SELECT VALUE c.id FROM c WHERE c.none = 1 OR c.id = "ann"', ['ann']],
    [
      'AND binds tighter than OR',
      'SELECT VALUE c.id FROM c WHERE c.id = "ann" OR c.id = "ben" AND c.pk = "z"',
      ['ann'],
    ],
    ['IN', 'SELECT VALUE c.id FROM c WHERE c.id IN ("ann", "eve", "zoe")', ['ann', 'eve']],
    ['NOT IN', 'SELECT VALUE c.id FROM c WHERE c.city NOT IN ("Oslo", "Rome")', ['dan', 'fay']],
    ['BETWEEN', 'SELECT VALUE c.id FROM c WHERE c.age BETWEEN 25 AND 31', ['ann', 'ben']],
    ['NOT BETWEEN', 'SELECT VALUE c.id FROM c WHERE c.age NOT BETWEEN 25 AND 31', ['cat']],
    ['LIKE %', 'SELECT VALUE c.id FROM c WHERE c.city LIKE "%o%"', ['ann', 'ben', 'cat', 'eve']],
    ['LIKE _', 'SELECT VALUE c.id FROM c WHERE c.id LIKE "_a_"', ['cat', 'dan', 'fay']],
    ['LIKE set', 'SELECT VALUE c.id FROM c WHERE c.id LIKE "[a-b]%"', ['ann', 'ben']],
    ['LIKE outside a set', 'SELECT VALUE c.id FROM c WHERE c.id LIKE "[^a-e]%"', ['fay']],
    ['LIKE with ESCAPE', 'SELECT VALUE "50%" LIKE "50!%" ESCAPE "!"', [true]],
    ['NOT LIKE', 'SELECT VALUE c.id FROM c WHERE c.city NOT LIKE "%e%"', ['ann', 'cat']],
    ['coalesce', 'SELECT VALUE c.age ?? "none" FROM c WHERE c.pk IN ("q", "r")', [42, 'none', null, 'old']],
    ['conditional', 'SELECT VALUE c.age > 30 ? "old" : "young" FROM c WHERE c.pk = "p"', ['old', 'young']],
    ['concatenation', 'SELECT VALUE c.id || "@" || c.city FROM c WHERE c.id = "ann"', ['ann@Oslo']],
    ['arithmetic and its order', 'SELECT VALUE 2 + 3 * 4 - 10 / 4 % 2', [13.5]],
    [
      'bits',
      'SELECT VALUE [6 & 3, 6 | 3, 6 ^ 3, ~6, 1 << 4, -16 >> 2, 16 >>> 2]',
      [[2, 7, 5, -7, 16, -4, 4]],
    ],
    ['comments', 'SELECT VALUE 1 -- one\n/* and that is all */', [1]],
    [
      'strings in either quotes',
      `SELECT VALUE ['it"s', "it's", "tab\\t\\u00fc"]`,
      [['it"s', "it's", 'tab\tü']],
    ],
    ['IS_DEFINED', 'SELECT VALUE c.id FROM c WHERE NOT IS_DEFINED(c.age)', ['dan']],
    [
      'JOIN',
      'SELECT c.id, t AS tag FROM c JOIN t IN c.tags WHERE c.pk = "p"',
      [
        { id: 'ann', tag: 'a' },
        { id: 'ann', tag: 'b' },
        { id: 'ben', tag: 'b' },
      ],
    ],
    [
      'JOIN of JOIN',
      'SELECT VALUE toy FROM c JOIN k IN c.children JOIN toy IN k.toys',
      ['car', 'bear', 'ball', 'car'],
    ],
    [
      'JOIN with a subquery',
      'SELECT c.id, t FROM c JOIN (SELECT VALUE x FROM x IN c.tags WHERE x > "b") AS t',
      [
        { id: 'cat', t: 'c' },
        { id: 'fay', t: 'd' },
      ],
    ],
    ['FROM x IN', 'SELECT VALUE k.name FROM k IN c.children', ['Kim', 'Lee', 'Max', 'Noa']],
    [
      'FROM a path',
      'SELECT VALUE ARRAY_LENGTH(children) FROM c.children WHERE ARRAY_LENGTH(children) > 1',
      [2],
    ],
    [
      'FROM with an alias',
      'SELECT VALUE person.id FROM people person WHERE person.city = "Bern"',
      ['dan', 'fay'],
    ],
    [
      'EXISTS',
      'SELECT VALUE c.id FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = "a")',
      ['ann', 'cat', 'eve'],
    ],
    ['NOT EXISTS', 'SELECT VALUE c.id FROM c WHERE NOT EXISTS(SELECT VALUE t FROM t IN c.tags)', ['dan']],
    [
      'ARRAY subquery',
      'SELECT VALUE ARRAY(SELECT VALUE k.name FROM k IN c.children) FROM c WHERE c.id = "cat"',
      [['Lee', 'Max']],
    ],
    [
      'scalar subquery',
      'SELECT c.id, (SELECT VALUE COUNT(1) FROM t IN c.tags) AS n FROM c WHERE c.pk = "p"',
      [
        { id: 'ann', n: 2 },
        { id: 'ben', n: 1 },
      ],
    ],
    ['ORDER BY', 'SELECT VALUE c.id FROM c ORDER BY c.id DESC', ['fay', 'eve', 'dan', 'cat', 'ben', 'ann']],
    [
      'ORDER BY over all types',
      'SELECT VALUE c.id FROM c ORDER BY c.age',
      ['dan', 'eve', 'ben', 'ann', 'cat', 'fay'],
    ],
    [
      'ORDER BY two paths with a composite index',
      'SELECT VALUE c.id FROM c ORDER BY c.city, c.id DESC',
      ['fay', 'dan', 'cat', 'ann', 'eve', 'ben'],
    ],
    [
      'ORDER BY two paths, the index read backwards',
      'SELECT VALUE c.id FROM c ORDER BY c.city DESC, c.id ASC',
      ['ben', 'eve', 'ann', 'cat', 'dan', 'fay'],
    ],
    ['TOP', 'SELECT TOP 2 VALUE c.id FROM c ORDER BY c.id', ['ann', 'ben']],
    ['TOP by parameter', 'SELECT TOP @n c.id FROM c ORDER BY c.id', [{ id: 'ann' }], { n: 1 }],
    ['OFFSET LIMIT', 'SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 2 LIMIT 2', ['cat', 'dan']],
    ['OFFSET past the end', 'SELECT VALUE c.id FROM c OFFSET 20 LIMIT 2', []],
    ['DISTINCT', 'SELECT DISTINCT VALUE c.city FROM c', ['Oslo', 'Rome', 'Bern']],
    [
      'DISTINCT of objects',
      'SELECT DISTINCT c.city, c.pk FROM c WHERE c.pk != "r"',
      [
        { city: 'Oslo', pk: 'p' },
        { city: 'Rome', pk: 'p' },
        { city: 'Oslo', pk: 'q' },
        { city: 'Bern', pk: 'q' },
      ],
    ],
    ['COUNT', 'SELECT VALUE COUNT(1) FROM c', [6]],
    ['COUNT of a property', 'SELECT VALUE COUNT(c.age) FROM c', [5]],
    [
      'SUM, AVG, MIN, MAX',
      'SELECT SUM(c.age) AS s, AVG(c.age) AS a, MIN(c.age) AS mi, MAX(c.age) AS ma FROM c WHERE c.pk = "p"',
      [{ s: 56, a: 28, mi: 25, ma: 31 }],
    ],
    ['SUM with something that is no number is undefined', 'SELECT SUM(c.age) AS s FROM c', [{}]],
    [
      'aggregates of nothing',
      'SELECT COUNT(1) AS n, SUM(c.age) AS s, AVG(c.age) AS a, MAX(c.age) AS m FROM c WHERE false',
      [{ n: 0, s: 0 }],
    ],
    ['an expression of aggregates', 'SELECT VALUE MAX(c.age) - MIN(c.age) FROM c WHERE c.pk = "p"', [6]],
    [
      'GROUP BY',
      'SELECT c.city, COUNT(1) AS n FROM c GROUP BY c.city',
      [
        { city: 'Oslo', n: 2 },
        { city: 'Rome', n: 2 },
        { city: 'Bern', n: 2 },
      ],
    ],
    [
      'GROUP BY two keys',
      'SELECT c.city, c.pk, COUNT(1) AS n FROM c GROUP BY c.city, c.pk',
      people.map(({ city, pk }) => ({ city, pk, n: 1 })),
    ],
    [
      'GROUP BY an expression',
      'SELECT UPPER(c.city) AS city, MAX(c.id) AS last FROM c GROUP BY UPPER(c.city)',
      [
        { city: 'OSLO', last: 'cat' },
        { city: 'ROME', last: 'eve' },
        { city: 'BERN', last: 'fay' },
      ],
    ],
    [
      'GROUP BY a joined value',
      'SELECT t, COUNT(1) AS n FROM c JOIN t IN c.tags GROUP BY t',
      [
        { t: 'a', n: 3 },
        { t: 'b', n: 2 },
        { t: 'c', n: 1 },
        { t: 'd', n: 1 },
      ],
    ],
    [
      'SELECT VALUE of a group',
      'SELECT VALUE {city: c.city, n: COUNT(1)} FROM c WHERE c.city = "Oslo" GROUP BY c.city',
      [{ city: 'Oslo', n: 2 }],
    ],
  ]
  for (const [name, text, expected, parameters] of cases) {
    check(`query: ${name}`, async () => {
      expect(await query(container, text, parameters)).toEqual(expected)
    })
  }

  const refused: [name: string, text: string, position?: number][] = [
    ['a misspelt keyword', 'SELEC * FROM c', 0],
    ['a missing expression', 'SELECT * FROM c WHERE', 21],
    ['an unknown function', 'SELECT VALUE FOO(c.x) FROM c', 13],
    ['an unknown name', 'SELECT VALUE d.x FROM c', 13],
    ['a wrong number of arguments', 'SELECT VALUE ABS() FROM c', 13],
    ['a parameter that is not given', 'SELECT * FROM c WHERE c.x = @x', 28],
    ['an unclosed string', 'SELECT * FROM c WHERE c.x = "abc', 28],
    ['two properties in ORDER BY without a composite index', 'SELECT * FROM c ORDER BY c.age, c.city'],
    ['ORDER BY something that is no path', 'SELECT * FROM c ORDER BY LOWER(c.city)'],
    ['a property outside GROUP BY', 'SELECT c.city, c.id FROM c GROUP BY c.city', 15],
    ['a property beside an aggregate', 'SELECT c.city, COUNT(1) FROM c', 7],
    ['GROUP BY with ORDER BY', 'SELECT c.city FROM c GROUP BY c.city ORDER BY c.city'],
    ['an aggregate in WHERE', 'SELECT * FROM c WHERE COUNT(1) > 1', 22],
    ['SELECT * with a JOIN', 'SELECT * FROM c JOIN t IN c.tags'],
    ['one alias twice', 'SELECT VALUE 1 FROM c JOIN c IN c.tags'],
    ['a negative OFFSET', 'SELECT * FROM c OFFSET -1 LIMIT 1', 23],
  ]
  for (const [name, text, position] of refused) {
    check(`query refused: ${name}`, async () => {
      const error = await query(container, text).then(
        () => undefined,
        (failure: { code: number; body: { message: string } }) => failure,
      )
      expect(error?.code).toBe(400)
      if (position !== undefined) expect(error?.body.message).toContain(`"start":${position},`)
    })
  }

  check('query: within a partition key', async () => {
    expect(await query(container, 'SELECT VALUE c.id FROM c', {}, { partitionKey: 'q' })).toEqual([
      'cat',
      'dan',
    ])
  })

  check('query: aggregates within a partition key', async () => {
    expect(await query(container, 'SELECT VALUE COUNT(1) FROM c', {}, { partitionKey: 'q' })).toEqual([2])
  })

  check('query: another partition key in WHERE finds nothing', async () => {
    const text = 'SELECT VALUE c.id FROM c WHERE c.pk = "p"'
    expect(await query(container, text, {}, { partitionKey: 'q' })).toEqual([])
  })

  check('query: an id of another partition key finds nothing', async () => {
    expect(
      await query(container, 'SELECT VALUE c.id FROM c WHERE c.id = "ann"', {}, { partitionKey: 'q' }),
    ).toEqual([])
  })

  check('query: with a forced plan', async () => {
    expect(await query(container, 'SELECT VALUE COUNT(1) FROM c', {}, { forceQueryPlan: true })).toEqual([6])
  })

  check('query: sees a write at once', async () => {
    const own = await target.container()
    expect(await query(own, 'SELECT * FROM c')).toEqual([])
    await own.items.create({ id: 'a', pk: 'p', n: 1 })
    expect(await query(own, 'SELECT VALUE c.n FROM c')).toEqual([1])
    await own.items.upsert({ id: 'a', pk: 'p', n: 2 })
    expect(await query(own, 'SELECT VALUE c.n FROM c')).toEqual([2])
    await own.item('a', 'p').delete()
    expect(await query(own, 'SELECT * FROM c')).toEqual([])
  })
})
