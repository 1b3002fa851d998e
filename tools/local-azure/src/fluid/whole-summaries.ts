/**
 * Whole summaries: the form in which clients of a remote relay read and upload what the objects hold piece by piece.
 *
 * A whole summary names the application's part `.app/`; the objects hold that part at the root, beside `.protocol`,
 * `.logTail` and `.serviceProtocol`, so that clients of both kinds share one document.
 */

import type { GitObjects, GitTreeEntry } from './git-objects.ts'
import type { Fail } from './historian.ts'

/** A summary as one flat list, folders before what they hold. */
export interface WholeFlatSummary {
  readonly id: string
  readonly trees: readonly {
    readonly id: string
    readonly sequenceNumber: number
    readonly entries: readonly ({ path: string; type: 'tree' } | { path: string; type: 'blob'; id: string })[]
  }[]
  readonly blobs: readonly { id: string; content: string; encoding: 'base64'; size: number }[]
}

/** One entry of an uploaded summary: a new value, or the id of one that is there already. */
export interface SummaryEntry {
  readonly path: string
  readonly type: string
  readonly id?: string
  readonly value?: SummaryValue
}

type SummaryValue =
  | { readonly type: 'tree'; readonly entries?: readonly SummaryEntry[] }
  | { readonly type: 'blob'; readonly content: string; readonly encoding: string }

const serviceParts = new Set(['.protocol', '.logTail', '.serviceProtocol'])
const modes: ReadonlyMap<string, string> = new Map([
  ['blob', '100644'],
  ['tree', '040000'],
  ['commit', '160000'],
])

/** Reads the summary of a commit, or of the newest one for `latest`. */
export function readWholeSummary(objects: GitObjects, version: string, fail: Fail): WholeFlatSummary {
  const sha = version === 'latest' ? objects.head() : version
  const commit = sha === undefined ? undefined : objects.readCommit(sha)
  const treeSha = commit?.tree.sha ?? sha
  const tree = treeSha === undefined ? undefined : objects.readTree(treeSha, true)
  if (sha === undefined || tree === undefined) return fail(404, 'Summary not found')
  const listed = tree.tree.filter(({ type }) => type === 'tree' || type === 'blob')
  const blobIds = new Set(listed.filter(({ type }) => type === 'blob').map((entry) => entry.sha))
  const blobs = [...blobIds].flatMap((id) => {
    const blob = objects.readBlob(id)
    return blob ? [{ id, content: blob.content, encoding: blob.encoding, size: blob.size }] : []
  })
  const entries: WholeFlatSummary['trees'][number]['entries'] = [
    { path: '.app', type: 'tree' },
    ...listed.map((entry) =>
      entry.type === 'tree'
        ? { path: flatPath(entry.path), type: 'tree' as const }
        : { path: flatPath(entry.path), type: 'blob' as const, id: entry.sha },
    ),
  ]
  return {
    id: sha,
    trees: [{ id: sha, sequenceNumber: sequenceNumberOf(objects, tree.sha), entries }],
    blobs,
  }
}

/**
 * Stores what a summarizer uploads and answers the id of the tree, which its summary op then names.
 *
 * Entries that name something by `{version}/.app/{path}` are resolved against that version of the same document.
 */
export function writeWholeSummary(objects: GitObjects, entries: readonly SummaryEntry[], fail: Fail): string {
  const write = (list: readonly SummaryEntry[]): string =>
    objects.writeTree(list.map((entry) => ({ ...describe(entry), sha: store(entry) })))
  const describe = ({ path, type }: SummaryEntry): Omit<GitTreeEntry, 'sha'> => ({
    path,
    type,
    mode: modes.get(type) ?? fail(400, 'Unknown type of summary entry'),
  })
  const store = ({ value, id }: SummaryEntry): string => {
    if (value?.type === 'tree') return write(value.entries ?? [])
    if (value?.type === 'blob') {
      return objects.writeBlob(Buffer.from(value.content, value.encoding === 'base64' ? 'base64' : 'utf8'))
    }
    return (id === undefined ? undefined : resolve(objects, id)) ?? fail(400, 'Unknown summary handle')
  }
  const [only] = entries
  const wrapped = entries.length === 1 && only?.path === '.app' && only.value?.type === 'tree'
  return write(wrapped && only.value?.type === 'tree' ? (only.value.entries ?? []) : entries)
}

function resolve(objects: GitObjects, id: string): string | undefined {
  const [version = '', ...path] = id.split('/').filter((part) => part !== '')
  const tree = objects.readCommit(version)?.tree.sha ?? version
  const inApp = path[0] === '.app' ? path.slice(1) : path
  if (inApp.length > 0) return objects.entryAt(tree, inApp)?.sha
  return objects.has(tree) ? tree : undefined
}

function flatPath(path: string): string {
  return serviceParts.has(path.split('/')[0] ?? '') ? path : `.app/${path}`
}

function sequenceNumberOf(objects: GitObjects, treeSha: string): number {
  const entry = objects.entryAt(treeSha, ['.protocol', 'attributes'])
  const blob = entry && objects.readBlob(entry.sha)
  if (!blob) return 0
  const attributes = JSON.parse(Buffer.from(blob.content, 'base64').toString()) as { sequenceNumber?: number }
  return attributes.sequenceNumber ?? 0
}
