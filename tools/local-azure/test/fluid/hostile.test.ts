import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connected, until } from './crashing-process.ts'
import { openSocket, type RawSocket } from './raw-socket.ts'
import { type Container, type RelayUnderTest, schema, signJwt, startRelay } from './relay-under-test.ts'

let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startRelay()
})
afterAll(() => relay.close())

// Straight into the service, as fast as it answers.
async function statusOf(path: string, init: RequestInit): Promise<number> {
  const request = new Request(`${relay.endpoint}${path}`, init)
  return (await relay.service.fetch(request, { target: path })).status
}

const claimNames = ['documentId', 'scopes', 'tenantId', 'user', 'iat', 'exp', 'ver', 'jti', 'nbf']
const claimValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('doc:read', ['doc:read', 'doc:write'], 1_790_000_000, '', null, -1, 1e308),
)

const entries = fc.array(
  fc.record(
    {
      path: fc.oneof(fc.string(), fc.constantFrom('a', '.app', '.protocol', '..')),
      type: fc.constantFrom('blob', 'tree', 'commit', 'x', 'constructor', '__proto__'),
      id: fc.string(),
      value: fc.record(
        {
          type: fc.constantFrom('blob', 'tree', 'x'),
          content: fc.string(),
          encoding: fc.constantFrom('utf-8', 'base64', 'x'),
          entries: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
)
const summaries = fc.record({ type: fc.constant('tree'), entries })

describe('whatever is sent is refused, and never breaks the relay', () => {
  test('any text as a token', async () => {
    const header = fc.oneof(
      fc.string({ unit: 'binary-ascii' }).map((text) => `Basic ${text}`),
      fc.array(fc.base64String(), { minLength: 1, maxLength: 4 }).map((parts) => `Basic ${parts.join('.')}`),
      fc.string({ unit: 'binary-ascii' }).map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
    )
    await fc.assert(
      fc.asyncProperty(header, fc.boolean(), async (authorization, isStorage) => {
        const path = isStorage
          ? `/repos/${relay.tenantId}/git/summaries/latest`
          : `/documents/${relay.tenantId}/session/d`
        const clean = authorization.replaceAll(/[^\x20-\x7e]/g, '').trim()
        expect(await statusOf(path, { headers: { authorization: clean } })).toBe(403)
      }),
      { numRuns: 300 },
    )
  })

  test('any claims under the right key', async () => {
    const claims = fc.dictionary(fc.constantFrom(...claimNames), claimValue)
    await fc.assert(
      fc.asyncProperty(claims, async (changed) => {
        // One claim at least is not what it must be, and documents are there only once created.
        const token = relay.sign({ documentId: 'd', ...changed })
        const path = `/documents/${relay.tenantId}/session/d`
        expect([401, 403, 404]).toContain(
          await statusOf(path, { headers: { authorization: `Basic ${token}` } }),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('any body to create a document from', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), summaries), fc.jsonValue(), async (summary, values) => {
        const body = JSON.stringify({ summary, sequenceNumber: 0, values })
        const status = await statusOf(`/documents/${relay.tenantId}`, {
          method: 'POST',
          headers: { authorization: `Basic ${relay.sign()}`, 'content-type': 'application/json' },
          body,
        })
        expect([201, 400]).toContain(status)
      }),
      { numRuns: 200 },
    )
  })

  test('any connection message', async () => {
    const socket = await openSocket(relay.endpoint)
    for (const token of [5, {}, [], true, 'a.b.c', signJwt({}, 'k'), signJwt([] as object, 'k')]) {
      const answer = await socket.connect('d', token, relay.tenantId)
      expect(answer.event).toBe('connect_document_error')
      expect([400, 401, 403]).toContain(answer.payload.code)
    }
    socket.close()
  })
})

describe('whatever is sent over a socket once it is connected ends at most that socket', () => {
  let documentId: string
  let bystander: Container
  let edits = 0

  beforeAll(async () => {
    const { container } = await relay.client('remote').createContainer(schema, '2.0.0')
    documentId = await container.attach()
    bystander = container
    await connected(bystander)
  })
  afterAll(() => bystander.dispose())

  async function openConnected(id = documentId): Promise<{ socket: RawSocket; clientId: string }> {
    const socket = await openSocket(relay.endpoint)
    const { event, payload } = await socket.connect(id, relay.sign({ documentId: id }), relay.tenantId)
    expect(event).toBe('connect_document_success')
    return { socket, clientId: String(payload.clientId) }
  }

  // The bystander's document is still ordered and broadcast.
  async function expectBystanderServed(): Promise<void> {
    bystander.initialObjects.map.set('edits', ++edits)
    await until(() => expect(bystander.isDirty).toBe(false))
    expect(bystander.disposed).toBe(false)
  }

  function progressOf(id: string): Record<string, unknown> {
    const sequenceIn = (part: string): string => `value ->> '$.${part}' ->> '$.sequenceNumber' AS ${part}`
    const kept = '(SELECT MAX(sequence) FROM deltas WHERE document = id) AS kept'
    const sql = `SELECT ${sequenceIn('deli')}, ${sequenceIn('scribe')}, ${kept} FROM documents WHERE id = ?`
    return relay.host.database.get(sql, id) ?? {}
  }

  const operation = { type: 'op', clientSequenceNumber: 1, referenceSequenceNumber: -1, contents: 'x' }
  const propose = { ...operation, type: 'propose' }
  const summarize = { ...operation, type: 'summarize' }
  test.for<[string, unknown[]]>([
    ['no list', []],
    ['a number', [5]],
    ['null', [null]],
    ['an operation that is null', [[null]]],
    ['an empty operation', [[[{}]]]],
    ['numbers that are texts', [[[{ ...operation, clientSequenceNumber: '1' }]]]],
    ['a reference that is a text', [[[{ ...operation, referenceSequenceNumber: 'y' }]]]],
    ['no type', [[[{ ...operation, type: undefined }]]]],
    ['traces that are a text', [[[{ ...operation, traces: 'abc' }]]]],
    ['a proposal that is not JSON', [[[propose]]]],
    ['a proposal of nothing', [[[{ ...propose, contents: 'null' }]]]],
    ['a summary that is not JSON', [[[summarize]]]],
    ['a summary without parents', [[[{ ...summarize, contents: '{"handle":"h","head":"h"}' }]]]],
  ])('submitOp with %s', async ([, args]) => {
    const { socket, clientId } = await openConnected()
    socket.emit('submitOp', clientId, ...args)
    await socket.ended
    expect(socket.nacks).toEqual([400])
    await expectBystanderServed()
  })

  test.for<[string, string, unknown[]]>([
    ['submitSignal for a client that is no text', 'submitSignal', [{ toString: 5 }, []]],
    ['client_disconnect with what is no text', 'client_disconnect', ['c', 'd', { toString: 5 }]],
  ])('%s', async ([, event, args]) => {
    const { socket } = await openConnected()
    socket.emit(event, ...args)
    await socket.ended
    expect(socket.nacks).toEqual([400])
    await expectBystanderServed()
  })

  test('any event with any arguments', async () => {
    const known = fc.constantFrom(
      'submitOp',
      'submitSignal',
      'connect_document',
      'client_disconnect',
      'disconnect',
    )
    const field = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(-1, 0, 1, 'op', 'noop', 'propose', 'summarize'),
    )
    const record = fc.dictionary(
      fc.constantFrom(
        ...Object.keys(operation),
        'traces',
        'metadata',
        'content',
        'targetClientId',
        'toString',
      ),
      field,
    )
    const batch = fc.oneof(record, fc.array(record, { maxLength: 3 }), field)
    const message = fc.tuple(
      fc.oneof({ weight: 9, arbitrary: known }, { weight: 1, arbitrary: fc.string() }),
      fc.boolean(),
      fc.array(fc.oneof(fc.array(batch, { maxLength: 3 }), batch), { maxLength: 3 }),
    )
    // In another document: what an editor's operations contain is between the editors of a document.
    const { container } = await relay.client('remote').createContainer(schema, '2.0.0')
    const id = await container.attach()
    container.dispose()
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async (messages) => {
        const { socket, clientId } = await openConnected(id)
        for (const [event, isOwnClient, args] of messages) {
          socket.emit(event, ...(isOwnClient ? [clientId] : []), ...args)
        }
        await expectBystanderServed()
        socket.close()
        await socket.ended
      }),
      { numRuns: 150 },
    )
    // Every part of the other document's pipeline has taken what was accepted, too.
    await until(() => {
      const { deli, scribe, kept } = progressOf(id)
      expect([deli, scribe]).toEqual([kept, kept])
    })
  })
})
