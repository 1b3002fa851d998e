/**
 * Makes a document from the first summary a client uploads.
 */

import { randomBytes } from 'node:crypto'
import type { FluidDocument } from './documents.ts'
import { type GitManager, getQuorumTreeEntries, mergeAppAndProtocolTree } from './relay.ts'

type Quorum = Parameters<typeof getQuorumTreeEntries>[2]

/** What a client sends to create a document. */
export interface NewDocument {
  readonly documentId: string
  readonly tenantId: string
  /** The tree of the application's part, which is stored already. */
  readonly appTree: string
  readonly sequenceNumber: number
  readonly values: Quorum['values']
  readonly createdAtMs: number
  /** Where the relay is, as its clients see it. */
  readonly origin: string
}

/** Writes the first summary and answers the document that goes on from it. */
export async function createDocument(made: NewDocument, manager: GitManager): Promise<FluidDocument> {
  const { documentId, tenantId, sequenceNumber, values, createdAtMs, origin } = made
  const commit = await writeFirstSummary(made, manager)
  const checkpointTimestamp = createdAtMs
  const deli = {
    durableSequenceNumber: sequenceNumber,
    expHash1: randomBytes(4).toString('hex'),
    logOffset: -1,
    sequenceNumber,
    signalClientConnectionNumber: 0,
    lastSentMSN: 0,
    checkpointTimestamp,
  }
  const scribe = {
    logOffset: -1,
    minimumSequenceNumber: sequenceNumber,
    sequenceNumber,
    protocolState: {
      members: [],
      minimumSequenceNumber: sequenceNumber,
      proposals: [],
      sequenceNumber,
      values,
    },
    lastSummarySequenceNumber: 0,
    // Nobody acknowledges the first summary, and yet the next one is based on it.
    validParentSummaries: [commit],
    isCorrupt: false,
    checkpointTimestamp,
  }
  return {
    version: '0.1',
    createTime: createdAtMs,
    documentId,
    tenantId,
    session: sessionAt(origin, true),
    deli: JSON.stringify(deli),
    scribe: JSON.stringify(scribe),
  }
}

/** The session of a document: everything is in one place here. */
export function sessionAt(origin: string, isSessionAlive: boolean): FluidDocument['session'] {
  const urls = { ordererUrl: origin, historianUrl: origin, deltaStreamUrl: origin }
  return { ...urls, isSessionAlive, isSessionActive: isSessionAlive }
}

async function writeFirstSummary(made: NewDocument, manager: GitManager): Promise<string> {
  const { documentId, appTree, sequenceNumber, values, createdAtMs } = made
  const quorum = { members: [], proposals: [], values }
  const entries = getQuorumTreeEntries(sequenceNumber, sequenceNumber, quorum)
  const protocol = await manager.createTree({ entries })
  const tree = mergeAppAndProtocolTree(await manager.getTree(appTree, false), protocol)
  const commit = await manager.createCommit({
    author: { name: 'Local Azure', email: 'fluid@localhost', date: new Date(createdAtMs).toISOString() },
    message: 'New document',
    parents: [],
    tree: (await manager.createGitTree({ tree })).sha,
  })
  await manager.createRef(documentId, commit.sha)
  return commit.sha
}
