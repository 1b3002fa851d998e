/**
 * A relay on a free port, tokens signed independently with node:crypto, and unmodified AzureClients.
 */

import { createHmac, randomUUID } from 'node:crypto'
import { AzureClient } from '@fluidframework/azure-client'
import { type IFluidContainer, SchemaFactory, SharedTree, TreeViewConfiguration } from 'fluid-framework'
import { SharedMap } from 'fluid-framework/legacy'
import { createFluidService, type FluidService } from '../../src/fluid/fluid-service.ts'
import { type Listener, listen } from '../../src/host/listen.ts'
import { createTestHost, type TestHost } from '../../src/host/test-host.ts'

const initialObjects: { map: typeof SharedMap; tree: typeof SharedTree } = {
  map: SharedMap,
  tree: SharedTree,
}
export const schema: { initialObjects: typeof initialObjects } = { initialObjects }

const factory = new SchemaFactory('relay-test')
const Notes = factory.array('Notes', factory.string)
const notesView = new TreeViewConfiguration({ schema: Notes })

export type Container = IFluidContainer<typeof schema>

export interface NoteList {
  read(): string[]
  add(note: string): void
}

// A tree has one view.
const lists = new WeakMap<Container, NoteList>()

/** The list of notes of a container, begun when it has none. */
export function notesOf(container: Container, begin: readonly string[] = []): NoteList {
  const known = lists.get(container)
  if (known) return known
  const view = container.initialObjects.tree.viewWith(notesView)
  if (view.compatibility.canInitialize) view.initialize(new Notes([...begin]))
  const list = { read: () => [...view.root], add: (note: string) => view.root.insertAtEnd(note) }
  lists.set(container, list)
  return list
}
export type RelayType = 'remote' | 'local'

export interface RelayUnderTest {
  readonly host: TestHost
  readonly service: FluidService
  readonly endpoint: string
  readonly tenantId: string
  sign(claims?: Readonly<Record<string, unknown>>, key?: string): string
  client(type: RelayType, options?: ClientOptions): AzureClient
  close(): Promise<void>
}

export interface ClientOptions {
  readonly user?: { readonly id: string; readonly name: string; readonly additionalDetails?: unknown }
  /** The key that signs; the primary one by default. */
  readonly key?: () => string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly onToken?: (refresh: boolean) => void
  readonly onCreated?: (documentId: string, token: string) => Promise<void>
}

const ann = { id: 'ann', name: 'Ann' }

export async function startRelay(database?: string, sharing?: TestHost): Promise<RelayUnderTest> {
  const host = sharing ?? createTestHost(database === undefined ? {} : { database })
  const service = createFluidService(host)
  const listener: Listener = await listen({
    port: 0,
    fetch: async (request, context) => service.fetch(request, context),
    upgrade: (request, socket, head) => service.upgrade?.(request, socket, head),
  })
  const endpoint = `http://127.0.0.1:${listener.port}`
  const tenantId = host.keys.id('fluid-tenant')
  const sign: RelayUnderTest['sign'] = (claims = {}, key = host.keys.key('fluid-primary')) => {
    const iat = Math.floor(host.clock.now() / 1000)
    const base = { documentId: '', scopes: ['doc:read', 'doc:write', 'summary:write'], tenantId, user: ann }
    return signJwt({ ...base, iat, exp: iat + 3_600, ver: '1.0', jti: randomUUID(), ...claims }, key)
  }
  return {
    host,
    service,
    endpoint,
    tenantId,
    sign,
    client: (type, options = {}) => makeClient(type, options, { host, endpoint, tenantId, sign }),
    close: async () => {
      await listener.close()
      await service.close()
      if (!sharing) host.close()
    },
  }
}

export function signJwt(claims: object, key: string, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part(header)}.${part(claims)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

function makeClient(
  type: RelayType,
  options: ClientOptions,
  relay: Pick<RelayUnderTest, 'host' | 'endpoint' | 'tenantId' | 'sign'>,
): AzureClient {
  const { user = ann, key = () => relay.host.keys.key('fluid-primary'), claims = {}, onCreated } = options
  const fetchToken = async (tenantId: string, documentId: string | undefined, refresh = false) => {
    options.onToken?.(refresh)
    return { jwt: relay.sign({ tenantId, documentId: documentId ?? '', user, ...claims }, key()) }
  }
  const tokenProvider = {
    fetchOrdererToken: fetchToken,
    fetchStorageToken: fetchToken,
    ...(onCreated ? { documentPostCreateCallback: onCreated } : {}),
  }
  const { endpoint, tenantId } = relay
  const connection = { type, endpoint, tenantId, tokenProvider }
  // A quiet logger: refusals are what half of these tests are about.
  return new AzureClient({ connection: connection as never, logger: { send: () => undefined } })
}
