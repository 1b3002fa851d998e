/**
 * The relay as its routes use it: documents, their operations and summaries, and the sockets, behind the token gate.
 */

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '@latchkey/common'
import type { Database } from '../host/database.ts'
import {
  clockSkewSeconds,
  maxTokenLifetimeSeconds,
  type Refusal,
  type TenantKeys,
  type TokenJudge,
} from './authorization.ts'
import { Clients } from './clients.ts'
import { DeltaLog } from './deltas.ts'
import { Documents, type FluidDocument } from './documents.ts'
import { GitObjects } from './git-objects.ts'
import { Historian } from './historian.ts'
import { createDocument, type NewDocument } from './new-document.ts'
import { Orderers } from './orderers.ts'
import {
  configureWebSocketServices,
  DefaultMetricClient,
  GitManager,
  getCreationToken,
  type ILogger,
  type ISequencedOperationMessage,
  isNetworkError,
  NetworkError,
} from './relay.ts'
import { Sockets } from './sockets.ts'
import {
  type AcceptedToken,
  revokedName,
  type ServerClaims,
  TokenGate,
  type WantedToken,
} from './token-gate.ts'
import { UsedTokens } from './used-tokens.ts'

/** What the relay stands on. */
export interface RelayParts {
  readonly clock: Clock
  readonly database: Database
  readonly tenantIds: readonly string[]
  readonly keys: () => TenantKeys
  readonly onAccepted: (token: string, claims: ServerClaims) => void
  readonly judge?: TokenJudge | undefined
}

const silent: ILogger = { info: () => undefined, warn: () => undefined, error: () => undefined }
// Closing waits this long for the last operations and summaries.
const closeTimeoutMs = 600

/** A relay that runs. */
export class LiveRelay {
  readonly #parts: RelayParts
  readonly #documents: Documents
  readonly #deltas: DeltaLog<ISequencedOperationMessage>
  readonly #scribeDeltas: DeltaLog<ISequencedOperationMessage>
  readonly #usedTokens: UsedTokens
  readonly #gate: TokenGate
  readonly #sockets: Sockets
  readonly #orderers: Orderers

  constructor(parts: RelayParts) {
    this.#parts = parts
    const { database, clock } = parts
    this.#documents = new Documents(database)
    this.#deltas = new DeltaLog(database, 'deltas')
    this.#scribeDeltas = new DeltaLog(database, 'scribe_deltas')
    this.#usedTokens = new UsedTokens(database, clock)
    this.#gate = new TokenGate({ ...parts, documents: this.#documents, usedTokens: this.#usedTokens })
    this.#sockets = new Sockets(clock)
    this.#orderers = new Orderers({
      documents: this.#documents,
      deltas: this.#deltas,
      scribeDeltas: this.#scribeDeltas,
      pubSub: this.#sockets.pubSub,
      gitManager: (documentId) => new GitManager(this.historian(documentId)),
    })
    this.#configureSockets()
  }

  admit(wanted: WantedToken): Promise<AcceptedToken> {
    return this.#gate.admit(wanted)
  }

  /** A document that is there, or 404. */
  document({ documentId, tenantId }: { documentId: string; tenantId: string }): FluidDocument {
    const document = this.#documents.get(documentId)
    return document?.tenantId === tenantId ? document : this.fail(404, 'Document not found.')
  }

  /** How many sockets a document has. */
  connections({ tenantId, documentId }: FluidDocument): number {
    return this.#sockets.count(tenantId, documentId)
  }

  connectionsOf(documentId: string): number {
    const document = this.#documents.get(documentId)
    return document ? this.connections(document) : 0
  }

  async create(made: NewDocument, creator: string): Promise<void> {
    const manager = new GitManager(this.historian(made.documentId))
    const document = await createDocument(made, manager)
    this.#documents.create(document, creator)
  }

  /** The token that tells others who created a document. */
  creationToken(token: string, documentId: string): Promise<string> {
    return getCreationToken(this.#gate.tenantManager, token, documentId)
  }

  /** Operations strictly between two numbers, at most `maxDeltas`. */
  async deltas(documentId: string, after: number, before: number): Promise<unknown[]> {
    const range = { $gt: after, $lt: Math.min(before, after + maxDeltas + 1) }
    const found = await this.#deltas.find({ documentId, 'operation.sequenceNumber': range })
    return found.map(({ operation }) => operation)
  }

  objects(documentId: string): GitObjects {
    return new GitObjects(this.#parts.database, documentId)
  }

  historian(documentId: string): Historian {
    return new Historian(this.objects(documentId), documentId, this.fail)
  }

  async delete({ tenantId, documentId }: FluidDocument): Promise<void> {
    this.#sockets.end(`${tenantId}/${documentId}`)
    await this.#orderers.discard(documentId)
    this.objects(documentId).deleteAll()
    await this.#deltas.deleteMany({ documentId })
    await this.#scribeDeltas.deleteMany({ documentId })
    await this.#documents.deleteOne({ documentId })
  }

  /** Takes a token back before its time; its sockets end. */
  revoke(documentId: string, jti: string): void {
    this.#usedTokens.add(revokedName(documentId, jti), maxTokenLifetimeSeconds + clockSkewSeconds)
    this.#sockets.endToken(documentId, jti)
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.accept(request, socket, head)
  }

  /** Ends sockets and pipelines; what they held is kept. */
  async close(): Promise<void> {
    await this.#sockets.close()
    await this.#orderers.close(closeTimeoutMs)
  }

  readonly fail = (status: number, message: string): never => {
    throw new NetworkError(status, message)
  }

  /** What a thrown error tells the client; `undefined` for one that is a fault of ours. */
  refusalOf(error: unknown): Refusal | undefined {
    return isNetworkError(error) ? { status: error.code, message: error.message } : undefined
  }

  #configureSockets(): void {
    const unused = (): Promise<never> => Promise.reject(new NetworkError(501, 'Not supported'))
    const storage = {
      getDocument: unused,
      getOrCreateDocument: unused,
      getLatestVersion: unused,
      getVersions: unused,
      getVersion: unused,
      getFullTree: unused,
      createDocument: unused,
    }
    configureWebSocketServices(
      this.#sockets.server,
      this.#orderers,
      this.#gate.socketTenantManager,
      storage,
      new Clients(),
      new DefaultMetricClient(),
      silent,
      maxClientsPerDocument,
      undefined,
      undefined,
      // Time is checked and kept by the clock of this local Azure: token-gate.ts and sockets.ts.
      false,
    )
  }
}

const maxDeltas = 2_000
const maxClientsPerDocument = 1_000
