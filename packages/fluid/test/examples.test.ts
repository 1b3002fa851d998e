import { afterAll, beforeAll, expect, test } from 'vitest'
import { creatorOf } from '../examples/creator.ts'
import { editorRoute, editorTokens, type Person } from '../examples/editor.ts'
import { renewKeys } from '../examples/key-rotation.ts'
import { tokenForViewer } from '../examples/viewer.ts'
import { createFluidTokenVerifier, createMemoryUsedTokens, type FluidTokenSigner } from '../src/index.ts'
import { thrownBy } from './fixtures.ts'
import {
  ann,
  azureClient,
  everything,
  isConnected,
  notesOf,
  type RelayUnderTest,
  type Restartable,
  schema,
  serve,
  startRelay,
  until,
} from './relay-under-test.ts'

let relay: RelayUnderTest
let server: Restartable
const paula: Person = { id: 'paula', name: 'Paula', email: 'paula@contoso.example' }
const editable = new Set<string>()

beforeAll(async () => {
  relay = await startRelay()
  const route = editorRoute(relay.tenantId, relay.keys(), {
    whoIs: async (request) => (request.headers.get('authorization') === 'Bearer paula' ? paula : undefined),
    mayEdit: async (_person, documentId) => editable.has(documentId),
  })
  server = await serve({ fetch: route, upgrade: (_request, socket) => socket.destroy() })
})
afterAll(async () => {
  await server.stop()
  await relay.close()
})

test('viewer', async () => {
  const { id, container, notes } = await relay.create({ user: ann, scopes: everything })
  const jwt = tokenForViewer(relay.tenantId, relay.keys(), id).token
  const provide = async (): Promise<{ jwt: string }> => ({ jwt })
  const client = azureClient(relay.relay.url, relay.tenantId, {
    fetchOrdererToken: provide,
    fetchStorageToken: provide,
  })
  const seen = await client.getContainer(id, schema, '2.0.0')
  notes.add('for everybody')
  const seenNotes = notesOf(seen.container)
  await until(() => expect(seenNotes.read()).toEqual(['for everybody']))
  container.dispose()
  seen.container.dispose()
})

test('editor', async () => {
  const { id, container, notes } = await relay.create({ user: ann, scopes: everything })
  editable.add(id)
  const tokens = editorTokens(server.url, { authorization: 'Bearer paula' })
  const client = azureClient(relay.relay.url, relay.tenantId, tokens)
  const edited = await client.getContainer(id, schema, '2.0.0')
  await isConnected(edited.container)
  notesOf(edited.container).add('from Paula')
  await until(() => expect(notes.read()).toEqual(['from Paula']))
  expect(edited.services.audience.getMyself()).toMatchObject({
    id: 'paula',
    additionalDetails: { email: paula.email },
  })
  await expect(tokens.fetchOrdererToken(relay.tenantId, 'another')).rejects.toMatchObject({
    cause: { status: 403 },
  })
  container.dispose()
  edited.container.dispose()
})

test('creator', async () => {
  const proofs: [documentId: string, token: string][] = []
  const { client } = relay.connect(
    { user: ann, scopes: everything },
    { documentPostCreateCallback: async (...proof) => void proofs.push(proof) },
  )
  const { container } = await client.createContainer(schema, '2.0.0')
  const id = await container.attach()
  const [[documentId, proof] = ['', '']] = proofs
  expect(documentId).toBe(id)
  const own = { tenantId: relay.tenantId, keys: relay.keys(), usedTokens: createMemoryUsedTokens() }
  await expect(creatorOf('another', proof, own)).rejects.toMatchObject({ code: 'ERR_FLUID_TOKEN' })
  expect(await creatorOf(id, proof, own)).toBe('ann')
  await expect(creatorOf(id, proof, own)).rejects.toMatchObject({ details: { reason: 'used' } })
  container.dispose()
})

test('key rotation', async () => {
  const { tenantId } = relay
  const before = relay.keys()
  const signers: FluidTokenSigner[] = []
  const sign = (): string =>
    signers.at(-1)?.sign({ documentId: 'd', scopes: ['doc:read'], user: ann }).token ?? ''
  const signed: string[] = []
  // After each regeneration what is signed at that moment must hold.
  const regenerate = async (key: 'primary' | 'secondary'): Promise<string> => {
    const renewed = relay.service.regenerateKey(key)
    const token = sign()
    signed.push(token)
    const verifier = createFluidTokenVerifier({ tenantId, keys: relay.keys() })
    expect(verifier.verify(token, { documentId: 'd' }).user).toEqual(ann)
    return renewed
  }
  const after = await renewKeys(tenantId, before, regenerate, (signer) => signers.push(signer))
  expect(after).toEqual(relay.keys())
  expect(signed).toHaveLength(2)
  const verifier = createFluidTokenVerifier({ tenantId, keys: after as never })
  expect(thrownBy(() => verifier.verify(signed[0] ?? '', { documentId: 'd' }))).toMatchObject({
    code: 'ERR_FLUID_TOKEN',
  })
})
