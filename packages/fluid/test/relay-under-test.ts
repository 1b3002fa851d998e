/**
 * A relay, a token server that is nothing but our route, and unmodified AzureClients with our provider.
 */

import { AzureClient, type AzureContainerServices } from '@fluidframework/azure-client'
import {
  createFluidService,
  createTestHost,
  type FluidService,
  type FluidServiceOptions,
  type ListenOptions,
  listen,
  type TestHost,
} from '@latchkey/local-azure/testing'
import {
  ConnectionState,
  type IFluidContainer,
  SchemaFactory,
  SharedTree,
  TreeViewConfiguration,
} from 'fluid-framework'
import { SharedMap } from 'fluid-framework/legacy'
import { expect, vi } from 'vitest'
import {
  createFluidTokenRoute,
  createFluidTokenSigner,
  createFluidTokenVerifier,
  createMemoryUsedTokens,
  type FluidScope,
  type FluidTokenSigner,
  type FluidTokenVerifier,
  type FluidUser,
} from '../src/index.ts'
import { createTokenProvider, type TokenFetch, type TokenProviderOptions } from '../src/provider.ts'

const initialObjects: { map: typeof SharedMap; tree: typeof SharedTree } = {
  map: SharedMap,
  tree: SharedTree,
}
export const schema: { initialObjects: typeof initialObjects } = { initialObjects }
export type Container = IFluidContainer<typeof schema>

const factory = new SchemaFactory('latchkey-fluid-test')
const Notes = factory.array('Notes', factory.string)
const notesView = new TreeViewConfiguration({ schema: Notes })

export interface NoteList {
  read(): string[]
  add(note: string): void
}

/** The shared list of a container. A tree has one view, so ask once. */
export function notesOf(container: Container): NoteList {
  const view = container.initialObjects.tree.viewWith(notesView)
  if (view.compatibility.canInitialize) view.initialize(new Notes([]))
  return { read: () => [...view.root], add: (note) => view.root.insertAtEnd(note) }
}

/** Waits for a condition. */
export async function until(check: () => void, timeout = 20_000): Promise<void> {
  await vi.waitFor(check, { timeout, interval: 20 })
}

export function isConnected(container: Container): Promise<void> {
  return until(() => expect(container.connectionState).toBe(ConnectionState.Connected))
}

/** A part that can go down and come back at the same address. */
export interface Restartable {
  readonly url: string
  stop(): Promise<void>
  start(): Promise<void>
}

/** Serves on a free port. */
export async function serve(doors: Omit<ListenOptions, 'port'>): Promise<Restartable> {
  let listener = await listen({ ...doors, port: 0 })
  const { port } = listener
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => listener.close(),
    start: async () => {
      listener = await listen({ ...doors, port })
    },
  }
}

/** A person and what they may do everywhere. */
export interface Person {
  readonly user: FluidUser
  readonly scopes: readonly FluidScope[]
}

export const ann: FluidUser = {
  id: 'ann',
  name: 'Ann',
  additionalDetails: { email: 'ann@contoso.example', date: '2026-11-21' },
}
export const bo: FluidUser = { id: 'bo', name: 'Böb 🙂', additionalDetails: { email: 'bo@contoso.example' } }
export const everything: readonly FluidScope[] = ['doc:read', 'doc:write', 'summary:write']

export interface ClientUnderTest {
  readonly client: AzureClient
  /** Everything the provider asked the token server. */
  readonly asked: TokenFetch[]
}

/** A document with its creator in it. */
export interface CreatedDocument extends ClientUnderTest {
  readonly id: string
  readonly container: Container
  readonly services: AzureContainerServices
  readonly notes: NoteList
}

export interface RelayUnderTest {
  readonly relay: Restartable
  readonly tokens: Restartable
  readonly host: TestHost
  readonly service: FluidService
  readonly tenantId: string
  readonly keys: () => { readonly primary: string; readonly secondary: string }
  /** Who created what, as the post-create callback told. */
  readonly owners: ReadonlyMap<string, string>
  readonly signer: () => FluidTokenSigner
  connect(person: Person, provider?: Partial<TokenProviderOptions>): ClientUnderTest
  /** The key the token server signs with from now on. */
  signWith(key: 'primary' | 'secondary'): void
  create(person: Person): Promise<CreatedDocument>
  close(): Promise<void>
}

/** Starts relay and token server. */
export async function startRelay(options: FluidServiceOptions = {}): Promise<RelayUnderTest> {
  const host = createTestHost()
  const service = createFluidService(host, options)
  const relay = await serve({
    fetch: async (request, context) => service.fetch(request, context),
    upgrade: (request, socket, head) => service.upgrade?.(request, socket, head),
  })
  const tenantId = host.keys.id('fluid-tenant')
  const keys = () => ({
    primary: host.keys.key('fluid-primary'),
    secondary: host.keys.key('fluid-secondary'),
  })
  const people = new Map<string, Person>()
  const owners = new Map<string, string>()
  let signWith: 'primary' | 'secondary' = 'primary'
  const signer = (): FluidTokenSigner =>
    createFluidTokenSigner({ tenantId, keys: keys(), signWith, clock: host.clock })
  const verifier = (): FluidTokenVerifier =>
    createFluidTokenVerifier({ tenantId, keys: keys(), clock: host.clock })
  const usedTokens = createMemoryUsedTokens(host.clock)
  const route = createFluidTokenRoute<Person>({
    signer: signer(),
    authenticate: (request) => people.get(request.headers.get('authorization')?.replace('Bearer ', '') ?? ''),
    authorize: (person) => ({ ...person, signer: signer() }),
  })
  // What a team's own server does with the proof of creation.
  const claim = async (request: Request): Promise<Response> => {
    const { documentId, token } = (await request.json()) as { documentId: string; token: string }
    const { user } = await verifier().verifyCreationToken(token, { documentId, usedTokens })
    owners.set(documentId, user.id)
    return new Response(null, { status: 204 })
  }
  const tokens = await serve({
    upgrade: (_request, socket) => socket.destroy(),
    fetch: (request) => (new URL(request.url).pathname === '/claim' ? claim(request) : route(request)),
  })

  const post = (path: string, id: string, body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`${tokens.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${id}` },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    })

  const connect = (person: Person, provider: Partial<TokenProviderOptions> = {}): ClientUnderTest => {
    people.set(person.user.id, person)
    const asked: TokenFetch[] = []
    const tokenProvider = createTokenProvider({
      fetchToken: async (wanted) => {
        asked.push(wanted)
        const response = await post('/', person.user.id, { documentId: wanted.documentId }, wanted.signal)
        if (!response.ok) throw Object.assign(new Error('No token'), { status: response.status })
        return (await response.json()) as { token: string; expiresOn: string }
      },
      documentPostCreateCallback: async (documentId, token) => {
        const { status } = await post('/claim', person.user.id, { documentId, token })
        if (status !== 204) throw new Error('Not the creator')
      },
      ...provider,
    })
    return { asked, client: azureClient(relay.url, tenantId, tokenProvider) }
  }

  return {
    relay,
    tokens,
    host,
    service,
    tenantId,
    keys,
    owners,
    signer,
    connect,
    signWith: (key: 'primary' | 'secondary') => {
      signWith = key
    },
    /** A document with nobody in it but its creator. */
    create: async (person: Person) => {
      const made = connect(person)
      const { container, services } = await made.client.createContainer(schema, '2.0.0')
      const notes = notesOf(container)
      const id = await container.attach()
      await isConnected(container)
      return { ...made, container, services, notes, id }
    },
    close: async () => {
      await Promise.all([relay.stop(), tokens.stop()])
      await service.close()
      host.close()
    },
  }
}

/** An unmodified AzureClient that does not print: refusals are what half of these tests are about. */
export function azureClient(
  endpoint: string,
  tenantId: string,
  tokenProvider: ReturnType<typeof createTokenProvider>,
): AzureClient {
  const connection = { type: 'remote', endpoint, tenantId, tokenProvider } as const
  return new AzureClient({ connection, logger: { send: () => undefined } })
}

/**
 * Runs `act` and answers the rejections nobody handled meanwhile.
 *
 * The driver (2.113.1) asks for orderer and storage token at once and forgets the second when the first fails.
 */
export async function unhandledDuring(act: () => Promise<void>): Promise<unknown[]> {
  const others = process.listeners('unhandledRejection')
  const unhandled: unknown[] = []
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason) => unhandled.push(reason))
  try {
    await act()
    await new Promise((resolve) => setImmediate(resolve))
    return unhandled
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of others) process.on('unhandledRejection', listener)
  }
}
