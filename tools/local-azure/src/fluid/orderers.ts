/**
 * One orderer for each document that has been opened: the pipeline that numbers operations, keeps them, sends them to
 * everybody in the document and turns them into summaries.
 *
 * The pipeline's queues are in memory; its state is in SQLite after every operation. A process that is killed may leave
 * the state of its parts behind the log of operations, so opening a document first brings them together.
 */

import { advanceDeli, deliStateOf, scribeStateOf } from './checkpoints.ts'
import type { DeltaLog } from './deltas.ts'
import type { Documents, FluidDocument } from './documents.ts'
import {
  CheckpointService,
  DefaultServiceConfiguration,
  type GitManager,
  type ICollection,
  type ILocalOrdererSetup,
  type IOrderer,
  type IOrdererManager,
  type IPubSub,
  type ISequencedOperationMessage,
  LocalContext,
  LocalOrderer,
  NetworkError,
  SequencedOperationType,
} from './relay.ts'

/** What orderers stand on. */
export interface OrdererParts {
  readonly documents: Documents
  readonly deltas: DeltaLog<ISequencedOperationMessage>
  readonly scribeDeltas: DeltaLog<ISequencedOperationMessage>
  readonly pubSub: IPubSub
  readonly gitManager: (documentId: string) => GitManager
}

const configuration = {
  ...DefaultServiceConfiguration,
  enableTraces: false,
  // What a client sends as one batch is kept as one: clients close at the half of a batch.
  deli: { ...DefaultServiceConfiguration.deli, maintainBatches: true },
}

/** Opens and closes orderers. */
export class Orderers implements IOrdererManager {
  readonly #parts: OrdererParts
  readonly #open = new Map<string, Promise<LocalOrderer>>()

  constructor(parts: OrdererParts) {
    this.#parts = parts
  }

  async getOrderer(tenantId: string, documentId: string): Promise<IOrderer> {
    let orderer = this.#open.get(documentId)
    if (!orderer) {
      orderer = this.#start(tenantId, documentId)
      this.#open.set(documentId, orderer)
      orderer.catch(() => this.#open.delete(documentId))
    }
    return orderer
  }

  // An orderer stays open after its last client: it costs little, and the next one need not wait.
  removeOrderer(): void {}

  /** Ends one document's pipeline. */
  async discard(documentId: string): Promise<void> {
    const orderer = this.#open.get(documentId)
    this.#open.delete(documentId)
    await (await orderer)?.close()
  }

  /** Waits until every part has caught up, at most `timeoutMs`, then ends every pipeline. */
  async close(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs
    while (performance.now() < deadline && [...this.#open.keys()].some((id) => !this.#isSettled(id))) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all([...this.#open.keys()].map((id) => this.discard(id)))
  }

  #isSettled(documentId: string): boolean {
    const document = this.#parts.documents.get(documentId)
    if (!document) return true
    const deli = deliStateOf(document)
    const kept = this.#parts.deltas.newest(documentId)
    const level =
      deli.sequenceNumber === scribeStateOf(document).sequenceNumber &&
      (kept === 0 || kept === deli.sequenceNumber)
    return level && (deli.clients ?? []).length === 0
  }

  async #start(tenantId: string, documentId: string): Promise<LocalOrderer> {
    const document = this.#parts.documents.get(documentId)
    if (!document) throw new NetworkError(404, 'Document not found.')
    const left = await this.#prepare(document)
    const context = (): LocalContext => new LocalContext(undefined)
    const orderer = new LocalOrderer(
      this.#setup(document),
      { existing: true, value: document },
      tenantId,
      documentId,
      this.#parts.gitManager(documentId),
      this.#parts.pubSub,
      context(),
      context(),
      context(),
      context(),
      context(),
      configuration,
    )
    this.#keepBeforeAll(orderer)
    await allStarted(orderer)
    await this.#catchUp(orderer, tenantId, documentId)
    for (const clientId of left) await leave(orderer, clientId)
    return orderer
  }

  /** Brings the stored state level with the log, and answers the clients nobody saw leave. */
  async #prepare(document: FluidDocument): Promise<string[]> {
    const noted = deliStateOf(document)
    const later = await this.#keptAfter(document.documentId, noted.sequenceNumber)
    const deli = advanceDeli(
      noted,
      later.map(({ operation }) => operation),
    )
    // Queue positions begin again with every process.
    document.deli = JSON.stringify({ ...deli, logOffset: -1 })
    document.scribe = JSON.stringify({ ...scribeStateOf(document), logOffset: -1 })
    return (deli.clients ?? []).map(({ clientId }) => clientId)
  }

  // Scriptorium lets operations wait while it writes, and meanwhile deli and scribe note that they are done. Killed then,
  // they would know of operations that nobody has.
  #keepBeforeAll({ deltasKafka }: LocalOrderer): void {
    const send = deltasKafka.send.bind(deltasKafka)
    deltasKafka.send = async (messages, topic) => {
      await this.#parts.deltas.insertMany((messages as readonly object[]).filter(isSequenced))
      await send(messages, topic)
    }
  }

  #keptAfter(documentId: string, sequenceNumber: number): Promise<ISequencedOperationMessage[]> {
    const after = { documentId, 'operation.sequenceNumber': { $gt: sequenceNumber } }
    return this.#parts.deltas.find(after)
  }

  // What was numbered but not yet part of the summarizer's state goes through the queue again.
  async #catchUp(orderer: LocalOrderer, tenantId: string, documentId: string): Promise<void> {
    const document = this.#parts.documents.get(documentId)
    if (!document) return
    const missed = await this.#keptAfter(documentId, scribeStateOf(document).sequenceNumber)
    if (missed.length > 0) await orderer.deltasKafka.send(missed, `${tenantId}/${documentId}`)
  }

  #setup(document: FluidDocument): ILocalOrdererSetup {
    const { documentId } = document
    const { documents, scribeDeltas, gitManager } = this.#parts
    const unused = async (): Promise<never> => {
      throw new NetworkError(501, 'Not supported')
    }
    const noLocalCheckpoints = {
      getCheckpoint: unused,
      writeCheckpoint: unused,
      removeServiceCheckpoint: unused,
      deleteCheckpoint: unused,
    }
    const documentRepository = { ...bound(documents), create: unused }
    return {
      documentP: async () => ({ existing: true, value: document }),
      documentCollectionP: unused,
      documentRepositoryP: async () => documentRepository,
      deliCheckpointRepositoryP: async () => noLocalCheckpoints,
      scribeCheckpointRepositoryP: async () => noLocalCheckpoints,
      checkpointServiceP: async () => new CheckpointService(noLocalCheckpoints, documentRepository, false),
      deltaCollectionP: async () => keptAlready,
      scribeDeltaCollectionP: async () => asCollection(scribeDeltas),
      protocolHeadP: async () => protocolHead(gitManager(documentId), documentId),
      scribeMessagesP: () => scribeDeltas.find({ documentId }),
    }
  }
}

function isSequenced(message: object): message is ISequencedOperationMessage {
  return 'type' in message && message.type === SequencedOperationType
}

async function allStarted(orderer: LocalOrderer): Promise<void> {
  const { deliLambda, scriptoriumLambda, scribeLambda, broadcasterLambda } = orderer
  const parts = [deliLambda, scriptoriumLambda, scribeLambda, broadcasterLambda]
  await Promise.all(
    parts.map(async (part) => {
      if (part && part.state !== 'started') await new Promise((resolve) => part.once('started', resolve))
    }),
  )
}

async function leave(orderer: LocalOrderer, clientId: string): Promise<void> {
  const client = { mode: 'write' as const, details: { capabilities: { interactive: true } }, permission: [] }
  const nobody = { id: clientId, send: () => undefined }
  await orderer.connectInternal(nobody, clientId, { ...client, user: { id: '' }, scopes: [] }).disconnect()
}

async function protocolHead(manager: GitManager, documentId: string): Promise<number> {
  const ref = await manager.getRef(documentId)
  if (!ref) return -1
  const blob = await manager.getContent(ref.object.sha, '.protocol/attributes')
  const attributes = JSON.parse(Buffer.from(blob.content, 'base64').toString()) as { sequenceNumber: number }
  return attributes.sequenceNumber
}

// All that scriptorium does is to keep operations, which has been done when they reach it: see #keepBeforeAll.
const keptAlready = {
  insertMany: async () => undefined,
} as unknown as ICollection<ISequencedOperationMessage>

// Scribe calls insertMany, find and deleteMany of a collection and nothing else.
function asCollection(log: DeltaLog<ISequencedOperationMessage>): ICollection<ISequencedOperationMessage> {
  return log as unknown as ICollection<ISequencedOperationMessage>
}

function bound(
  documents: Documents,
): Pick<
  Documents,
  'readOne' | 'updateOne' | 'deleteOne' | 'findOneOrCreate' | 'findOneAndUpdate' | 'exists'
> {
  return {
    readOne: (filter) => documents.readOne(filter),
    updateOne: (filter, change) => documents.updateOne(filter, change),
    deleteOne: (filter) => documents.deleteOne(filter),
    findOneOrCreate: (filter, value) => documents.findOneOrCreate(filter, value),
    findOneAndUpdate: (filter, change) => documents.findOneAndUpdate(filter, change),
    exists: (filter) => documents.exists(filter),
  }
}
