/**
 * The account: takes a request, finds out who asks and for what, and has it carried out.
 *
 * Synchronous from the first line to the last, so that every request is atomic.
 */

import { randomUUID } from 'node:crypto'
import type { ServiceHost } from '../host/service.ts'
import { assertAllowed, authenticate } from './authorization/access.ts'
import { createHmacSigner } from './authorization/hmac.ts'
import { createResourceTokens } from './authorization/resource-token.ts'
import { badRequest, CosmosError, notImplemented } from './errors.ts'
import type { Exchange, Reply, State } from './exchange.ts'
import { operationOf } from './operation.ts'
import { type CosmosAnswer, type CosmosRequest, parsePath, type ResourceType } from './request.ts'
import { refusalCharge } from './request-units.ts'
import { answerAccount } from './resources/account.ts'
import { answerContainers, answerPartitionKeyRanges } from './resources/containers.ts'
import { answerDatabases } from './resources/databases.ts'
import { answerItems, answerPartitionKeyDelete } from './resources/items.ts'
import { answerOffers } from './resources/offers.ts'
import { answerPermissions } from './resources/permissions.ts'
import { answerUsers } from './resources/users.ts'
import { Catalog } from './store/catalog.ts'
import type { Container } from './store/container.ts'
import { Items } from './store/items.ts'
import { Offers } from './store/offers.ts'
import { Scans } from './store/scans.ts'
import { clearTables, openSchema } from './store/schema.ts'
import { Users } from './store/users.ts'
import { metadataUnitsPerSecond, Throttle } from './throttle.ts'

const resources: Readonly<Record<ResourceType, (exchange: Exchange) => Reply>> = {
  '': answerAccount,
  dbs: answerDatabases,
  colls: answerContainers,
  docs: answerItems,
  users: answerUsers,
  permissions: answerPermissions,
  pkranges: answerPartitionKeyRanges,
  offers: answerOffers,
  partitionKey: answerPartitionKeyDelete,
  scripts: ({ address }) => {
    throw notImplemented(`The resource type '${address.segment}'`)
  },
}

// What a container's own throughput pays for; everything else is metadata of the account.
const contentTypes: ReadonlySet<ResourceType> = new Set(['docs', 'partitionKey', 'scripts'])

/** The local Cosmos account. */
export class CosmosAccount {
  readonly state: State
  readonly #sign: (text: string) => Buffer
  readonly #throttle: Throttle

  constructor(host: ServiceHost) {
    const { database, clock } = host
    openSchema(database)
    this.#sign = createHmacSigner(Buffer.from(host.keys.key('cosmos'), 'base64'))
    this.#throttle = new Throttle(clock)
    const items = new Items(database, clock)
    this.state = {
      host,
      catalog: new Catalog(database, clock),
      items,
      scans: new Scans(database, items),
      users: new Users(database, clock),
      offers: new Offers(database, clock),
      tokens: createResourceTokens(this.#sign, () => clock.now()),
    }
  }

  /** Answers a request. Never throws. */
  handle(request: CosmosRequest): CosmosAnswer {
    try {
      return this.#answer(request)
    } catch (error) {
      return formatError(error)
    }
  }

  /** Forgets everything. */
  clear(): void {
    clearTables(this.state.host.database)
    this.reload()
    this.#throttle.forget()
  }

  /** Forgets what memory holds and reads the tables anew. */
  reload(): void {
    const { catalog, items, offers } = this.state
    catalog.load()
    items.forget()
    offers.forget()
  }

  #answer(request: CosmosRequest): CosmosAnswer {
    const { state } = this
    const address = parsePath(request.path)
    const operation = operationOf(request, address)
    const nowMs = state.host.clock.now()
    const access = authenticate(request, address, { sign: this.#sign, tokens: state.tokens, nowMs })
    const container =
      address.container === '' ? undefined : state.catalog.findContainer(address.database, address.container)
    assertAllowed(access, request, address, operation, container)
    const meter = state.host.throttling ? this.#meter(address.type, container) : undefined
    if (meter) this.#throttle.admit(meter.name, meter.unitsPerSecond)
    let charge = refusalCharge
    try {
      if (container) state.items.purge(container)
      const reply = resources[address.type]({ state, request, address, operation, access })
      charge = reply.charge
      return formatAnswer(reply, container)
    } finally {
      if (meter) this.#throttle.charge(meter.name, meter.unitsPerSecond, charge)
    }
  }

  #meter(type: ResourceType, container: Container | undefined): Meter | undefined {
    if (!contentTypes.has(type)) return { name: '', unitsPerSecond: metadataUnitsPerSecond }
    if (!container) return undefined
    const own = this.state.offers.throughputOf(container.rid)
    if (own !== undefined) return { name: container.rid, unitsPerSecond: own }
    const shared = this.state.offers.throughputOf(container.database.rid)
    return shared === undefined ? undefined : { name: container.database.rid, unitsPerSecond: shared }
  }
}

interface Meter {
  readonly name: string
  readonly unitsPerSecond: number
}

function formatAnswer(reply: Reply, container: Container | undefined): CosmosAnswer {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-ms-request-charge': String(reply.charge),
    'x-ms-activity-id': randomUUID(),
    'x-ms-version': '2020-07-15',
    'x-ms-gatewayversion': '2.0.0',
    ...reply.headers,
  }
  if (container) {
    headers['x-ms-alt-content-path'] = container.headerLink
    headers['x-ms-content-path'] = container.rid
    headers['x-ms-session-token'] = `0:-1#${container.lsn}`
    headers['lsn'] = String(container.lsn)
  }
  return { status: reply.status, headers, body: reply.body }
}

/** A refusal, or a fault, as an answer. */
export function formatError(error: unknown): CosmosAnswer {
  const known = error instanceof CosmosError ? error : foreignError(error)
  const activityId = randomUUID()
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-ms-request-charge': String(refusalCharge),
    'x-ms-activity-id': activityId,
    'x-ms-version': '2020-07-15',
    'x-ms-gatewayversion': '2.0.0',
    ...known.headers,
  }
  if (known.substatus !== undefined) headers['x-ms-substatus'] = String(known.substatus)
  const message = `Message: ${JSON.stringify(known.detail)}\r\nActivityId: ${activityId}, local-azure`
  return { status: known.status, headers, body: JSON.stringify({ code: known.code, message }) }
}

function foreignError(error: unknown): CosmosError {
  // Values nested deeper than the stack can follow.
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return badRequest('The request is nested too deeply.')
  }
  // The fault is ours: show it on this machine's console, never in the answer.
  console.error('cosmos:', error)
  return new CosmosError(500, 'InternalServerError', 'The local service failed; see its console.')
}
