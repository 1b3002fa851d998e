/**
 * The places notifications go to: one for each browser tab that has asked for them.
 *
 * An endpoint outlives its connection a little, and keeps what happens meanwhile, so that a client that comes back in
 * time misses nothing.
 */

import { randomBytes } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import type { Connection } from './connection.ts'

const keptMs = 60_000
const maxKept = 200

/** What a client that comes back says about the endpoint it had. */
export interface PreviousEndpoint {
  readonly id: string | null
  readonly signature: string | null
}

/** A place notifications go to. */
export class Endpoint {
  readonly id: string = randomBytes(16).toString('base64url')
  /** Proves, when the client comes back, that it is the one that was here. */
  readonly signature: string = randomBytes(32).toString('base64url')
  readonly identity: string
  #waiting: object[] = []
  #connection: Connection | undefined
  #registrationId: string | undefined
  #leftAtMs: number

  constructor(identity: string, nowMs: number) {
    this.identity = identity
    this.#leftAtMs = nowMs
  }

  get connection(): Connection | undefined {
    return this.#connection
  }

  get registrationId(): string | undefined {
    return this.#registrationId
  }

  /** The path notifications are addressed to. */
  get path(): string {
    return `/v4/f/${this.id}/`
  }

  /** Takes a new connection; an older one goes. */
  connect(connection: Connection): void {
    this.#connection?.close()
    this.#connection = connection
    this.#flush()
  }

  /** The connection has ended. */
  disconnect(connection: Connection, nowMs: number): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#leftAtMs = nowMs
  }

  /** From now on notifications are wanted. */
  register(registrationId: string): void {
    this.#registrationId = registrationId
    this.#flush()
  }

  /** No more notifications. */
  unregister(): void {
    this.#registrationId = undefined
    this.#waiting = []
  }

  /** Delivers a notification, now or as soon as the client is there. */
  deliver(payload: object): void {
    this.#waiting.push(payload)
    if (this.#waiting.length > maxKept) this.#waiting.shift()
    this.#flush()
  }

  /** Whether nobody has been here for a while. */
  isAbandoned(nowMs: number): boolean {
    return this.#connection === undefined && nowMs - this.#leftAtMs > keptMs
  }

  #flush(): void {
    if (!this.#connection || this.#registrationId === undefined) return
    for (const payload of this.#waiting.splice(0)) this.#connection.push(`${this.path}messaging`, payload)
  }
}

/** Keeps endpoints. */
export class Endpoints {
  readonly #clock: Clock
  readonly #endpoints = new Map<string, Endpoint>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Makes an endpoint, or answers the one the client had. */
  allocate(identity: string, before: PreviousEndpoint): Endpoint {
    const known = this.#endpoints.get(before.id ?? '')
    if (known?.identity === identity && known.signature === before.signature) return known
    const endpoint = new Endpoint(identity, this.#clock.now())
    this.#endpoints.set(endpoint.id, endpoint)
    return endpoint
  }

  find(id: string): Endpoint | undefined {
    return this.#endpoints.get(id)
  }

  /** The endpoints of one user. */
  of(identity: string): readonly Endpoint[] {
    return this.list().filter((endpoint) => endpoint.identity === identity)
  }

  list(): readonly Endpoint[] {
    return [...this.#endpoints.values()]
  }

  /** Forgets the endpoints nobody has come back to. */
  forgetAbandoned(): void {
    const now = this.#clock.now()
    for (const endpoint of this.list()) if (endpoint.isAbandoned(now)) this.#endpoints.delete(endpoint.id)
  }

  /** Closes every connection of a user and forgets its endpoints. */
  end(identity: string): void {
    for (const endpoint of this.of(identity)) {
      this.#endpoints.delete(endpoint.id)
      endpoint.connection?.close()
    }
  }

  /** Closes every connection. */
  endAll(): void {
    for (const endpoint of this.list()) endpoint.connection?.close()
    this.#endpoints.clear()
  }
}
