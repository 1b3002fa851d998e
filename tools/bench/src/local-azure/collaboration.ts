/**
 * Two unmodified AzureClients at one relay: how long a document takes to make, to open, and an edit to be seen.
 */

import { createHmac, randomUUID } from 'node:crypto'
import { AzureClient } from '@fluidframework/azure-client'
import { ConnectionState, type IFluidContainer } from 'fluid-framework'
import { SharedMap } from 'fluid-framework/legacy'

const initialObjects: { map: typeof SharedMap } = { map: SharedMap }
const schema = { initialObjects }

type Container = IFluidContainer<typeof schema>

/** A relay and the key its tokens are signed with. */
export interface Relay {
  readonly endpoint: string
  readonly key: string
}

/** Medians, in milliseconds; edits a second for the burst. */
export interface Collaboration {
  readonly attachMs: number
  readonly loadMs: number
  readonly seenMs: number
  readonly burstPerSecond: number
}

const documents = 15
const edits = 200
const burst = 2_000

/** Measures one relay with clients of type `local`, which both relays know. */
export async function collaborate(relay: Relay): Promise<Collaboration> {
  const attached: number[] = []
  const loaded: number[] = []
  const seen: number[] = []
  let burstPerSecond = 0
  for (let round = 0; round < documents; round += 1) {
    const { container } = await clientOf(relay, 'ann').createContainer(schema, '2.0.0')
    const began = performance.now()
    const id = await container.attach()
    attached.push(performance.now() - began)
    const loading = performance.now()
    const { container: second } = await clientOf(relay, 'bo').getContainer(id, schema, '2.0.0')
    loaded.push(performance.now() - loading)
    await Promise.all([connected(container), connected(second)])
    if (round === documents - 1) {
      for (let edit = 0; edit < edits; edit += 1)
        seen.push(await timeToSee(container, second, `edit ${edit}`))
      burstPerSecond = await timeBurst(container, second)
    }
    container.dispose()
    second.dispose()
  }
  return { attachMs: median(attached), loadMs: median(loaded), seenMs: median(seen), burstPerSecond }
}

function clientOf({ endpoint, key }: Relay, id: string): AzureClient {
  const fetchToken = async (tenantId: string, documentId = ''): Promise<{ jwt: string }> => {
    const iat = Math.floor(Date.now() / 1000)
    const scopes = ['doc:read', 'doc:write', 'summary:write']
    const claims = { tenantId, documentId, scopes, user: { id, name: id }, iat, exp: iat + 3_600, ver: '1.0' }
    return { jwt: sign({ ...claims, jti: randomUUID() }, key) }
  }
  const tokenProvider = { fetchOrdererToken: fetchToken, fetchStorageToken: fetchToken }
  const connection = { type: 'local' as const, endpoint, tokenProvider }
  return new AzureClient({ connection, logger: { send: () => undefined } })
}

function sign(claims: object, key: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

function connected(container: Container): Promise<void> {
  if (container.connectionState === ConnectionState.Connected) return Promise.resolve()
  return new Promise((resolve) => container.once('connected', () => resolve()))
}

function timeToSee(from: Container, to: Container, value: string): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now()
    to.initialObjects.map.once('valueChanged', () => resolve(performance.now() - began))
    from.initialObjects.map.set('key', value)
  })
}

async function timeBurst(from: Container, to: Container): Promise<number> {
  const began = performance.now()
  for (let edit = 0; edit < burst; edit += 1) {
    from.initialObjects.map.set('burst', edit)
    // One message for each edit: those of one turn would travel as one.
    await new Promise((resolve) => setImmediate(resolve))
  }
  while (to.initialObjects.map.get('burst') !== burst - 1)
    await new Promise((resolve) => setTimeout(resolve, 1))
  return (burst / (performance.now() - began)) * 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
