import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RelayUnderTest, startRelay } from './relay-under-test.ts'

let relay: RelayUnderTest
let documentId: string
let otherId: string

beforeAll(async () => {
  relay = await startRelay()
  documentId = await createDocument()
  otherId = await createDocument()
})
afterAll(() => relay.close())

interface Tree {
  readonly sha: string
  readonly tree: readonly { readonly path: string; readonly type: string; readonly sha: string }[]
}

interface WholeSummary {
  readonly id: string
  readonly trees: readonly [
    { readonly id: string; readonly sequenceNumber: number; readonly entries: readonly Entry[] },
  ]
  readonly blobs: readonly { readonly id: string; readonly content: string; readonly size: number }[]
}

interface Entry {
  readonly path: string
  readonly type: string
  readonly id?: string
}

const blob = (content: string): object => ({ type: 'blob', content, encoding: 'utf-8' })
const authorization = (id: string): string =>
  `Basic ${Buffer.from(`${relay.tenantId}:${relay.sign({ documentId: id })}`).toString('base64')}`

async function createDocument(): Promise<string> {
  const response = await fetch(`${relay.endpoint}/documents/${relay.tenantId}`, {
    method: 'POST',
    headers: { authorization: `Basic ${relay.sign()}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      summary: {
        type: 'tree',
        entries: [
          {
            path: 'data',
            type: 'tree',
            value: { type: 'tree', entries: [{ path: 'a', type: 'blob', value: blob('A') }] },
          },
        ],
      },
      sequenceNumber: 0,
      values: [],
    }),
  })
  return (await response.json()) as string
}

async function ask(
  path: string,
  body?: unknown,
  id = documentId,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${relay.endpoint}/repos/${relay.tenantId}/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: authorization(id), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

// What git itself calls a blob of this content.
const gitHash = (content: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex')

describe('whole summaries', () => {
  test('the first one holds the application under .app and the protocol beside it', async () => {
    const { status, body } = await ask('git/summaries/latest')
    expect(status).toBe(200)
    const { id, trees, blobs } = body as WholeSummary
    expect(trees[0]).toMatchObject({ id, sequenceNumber: 0 })
    const byPath = new Map(trees[0].entries.map((entry) => [entry.path, entry]))
    expect(byPath.get('.app/data')?.type).toBe('tree')
    expect(byPath.get('.app/data/a')?.id).toBe(gitHash('A'))
    expect([...byPath.keys()]).toContain('.protocol/attributes')
    const content = blobs.find((each) => each.id === gitHash('A'))?.content ?? ''
    expect(Buffer.from(content, 'base64').toString()).toBe('A')
    // A folder stands before what it holds, as the client's parser requires.
    const paths = [...byPath.keys()]
    for (const path of paths.filter((each) => each.includes('/'))) {
      expect(paths.indexOf(path.slice(0, path.lastIndexOf('/')))).toBeLessThan(paths.indexOf(path))
    }
  })

  test('a summarizer uploads what changed and names what did not', async () => {
    const { body: latest } = await ask('git/summaries/latest')
    const version = (latest as WholeSummary).id
    const upload = {
      type: 'channel',
      message: '',
      sequenceNumber: 5,
      entries: [
        { path: 'data', type: 'tree', id: `${version}/.app/data` },
        { path: 'new', type: 'blob', value: blob('Zoë') },
      ],
    }
    const { status, body } = await ask('git/summaries', upload)
    expect(status).toBe(201)
    const { id } = body as { id: string }
    const { body: tree } = await ask(`git/trees/${id}?recursive=1`)
    const listed = (tree as Tree).tree.map(({ path, sha }) => [path, sha])
    expect(listed).toContainEqual(['data/a', gitHash('A')])
    expect(listed).toContainEqual(['new', gitHash('Zoë')])
    // Not the newest summary: only the service makes it that, when the summary operation comes.
    expect(((await ask('git/summaries/latest')).body as WholeSummary).id).toBe(version)
  })

  const entries = (...list: unknown[]): object => ({ type: 'channel', entries: list })
  let deep: unknown = blob('x')
  for (let depth = 0; depth < 120; depth += 1) {
    deep = { type: 'tree', entries: [{ path: 'x', type: depth === 0 ? 'blob' : 'tree', value: deep }] }
  }
  test.for<[string, unknown]>([
    ['a summary of the whole container', { type: 'container', entries: [] }],
    ['a handle to nothing', entries({ path: 'a', type: 'tree', id: 'nowhere/.app/a' })],
    ['a path of two names', entries({ path: 'a/b', type: 'blob', value: blob('x') })],
    ['an unknown type', entries({ path: 'a', type: 'link', value: blob('x') })],
    ['a type every object inherits', entries({ path: 'a', type: 'constructor', value: blob('x') })],
    ['a type that is a prototype', entries({ path: 'a', type: '__proto__', value: blob('x') })],
    ['no entries', { type: 'channel' }],
    ['more depth than any summary has', entries({ path: 'x', type: 'tree', value: deep })],
    ['no object at all', 'text'],
  ])('refuses %s', async ([, body]) => {
    expect((await ask('git/summaries', body)).status).toBe(400)
  })
})

describe('objects', () => {
  test('a local client stores blobs and trees under the hashes git gives them', async () => {
    const content = Buffer.from('blöb').toString('base64')
    const stored = await ask('git/blobs', { content, encoding: 'base64' })
    expect(stored).toMatchObject({ status: 201, body: { sha: gitHash('blöb') } })
    const entry = { mode: '100644', path: 'f', sha: gitHash('blöb'), type: 'blob' }
    const { body } = await ask('git/trees', { tree: [entry] })
    const raw = Buffer.concat([Buffer.from('100644 f\0'), Buffer.from(gitHash('blöb'), 'hex')])
    const expected = createHash('sha1').update(`tree ${raw.length}\0`).update(raw).digest('hex')
    expect((body as Tree).sha).toBe(expected)
    expect((await ask(`git/blobs/${gitHash('blöb')}`)).body).toMatchObject({ content, encoding: 'base64' })
  })

  test("nobody reads another document's objects by their hash", async () => {
    await ask('git/blobs', { content: 'only here', encoding: 'utf-8' })
    expect((await ask(`git/blobs/${gitHash('only here')}`)).status).toBe(200)
    expect((await ask(`git/blobs/${gitHash('only here')}`, undefined, otherId)).status).toBe(404)
  })

  test('the newest commit is found under the id of the document', async () => {
    const { body } = await ask(`commits?count=1&sha=${documentId}`)
    expect(body).toEqual([expect.objectContaining({ sha: expect.stringMatching(/^[\da-f]{40}$/) })])
  })
})

test('says when it is loaded, and who it serves', async () => {
  expect(await (await fetch(`${relay.endpoint}/ready`)).json()).toEqual({ ready: true })
  const about = { service: 'fluid', tenantId: relay.tenantId }
  expect(await (await fetch(relay.endpoint)).json()).toEqual(about)
  expect((await fetch(`${relay.endpoint}/api/v1/ping`)).status).toBe(200)
})

describe('RestLess requests', () => {
  const restless = (fields: readonly (readonly [string, string])[]): Promise<Response> =>
    fetch(`${relay.endpoint}/repos/${relay.tenantId}/git/summaries/latest`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded;restless' },
      body: fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'),
    })

  test('say the same as plain ones', async () => {
    const fields = [
      ['method', 'get'],
      ['header', `Authorization: ${authorization(documentId)}`],
    ] as const
    const response = await restless(fields)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual((await ask('git/summaries/latest')).body)
  })

  test.for<[string, readonly (readonly [string, string])[], number]>([
    ['without a method', [], 400],
    ['without a token', [['method', 'get']], 403],
    [
      'with a header that is none',
      [
        ['method', 'get'],
        ['header', 'a b: c'],
      ],
      400,
    ],
    [
      'with a broken body',
      [
        ['method', 'post'],
        ['body', '{'],
      ],
      400,
    ],
  ])('%s are refused', async ([, fields, status]) => {
    expect((await restless(fields)).status).toBe(status)
  })
})
