/**
 * The summaries of a document, kept as git keeps files: blobs, trees and commits under their SHA-1, and one branch.
 *
 * Every document has its own objects, so that a token for one document reads nothing of another by guessing hashes. The
 * shapes are those Fluid's server parts call a historian.
 */

import { createHash } from 'node:crypto'
import type { Database } from '../host/database.ts'

export interface GitTreeEntry {
  readonly mode: string
  readonly path: string
  readonly sha: string
  readonly type: string
}

export interface GitTree {
  readonly sha: string
  readonly url: string
  readonly tree: (GitTreeEntry & { readonly size: number; readonly url: string })[]
}

export interface GitBlob {
  readonly sha: string
  readonly url: string
  readonly content: string
  readonly encoding: 'base64'
  readonly size: number
}

export interface GitAuthor {
  readonly name: string
  readonly email: string
  readonly date: string
}

/** What a commit is made from. */
export interface NewCommit {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  readonly author: GitAuthor
}

export interface GitCommit {
  readonly sha: string
  readonly url: string
  readonly message: string
  readonly author: GitAuthor
  readonly committer: GitAuthor
  readonly tree: { readonly sha: string; readonly url: string }
  readonly parents: { readonly sha: string; readonly url: string }[]
}

/** Makes the tables. */
export function prepareGitObjects(database: Database): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS objects (document TEXT, sha TEXT, kind TEXT, content BLOB NOT NULL,
      PRIMARY KEY (document, sha)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS heads (document TEXT PRIMARY KEY, sha TEXT NOT NULL) STRICT;`)
}

/** The objects of one document. */
export class GitObjects {
  readonly #database: Database
  readonly #document: string

  constructor(database: Database, document: string) {
    this.#database = database
    this.#document = document
  }

  /** Stores a blob and answers its hash, which is git's own. */
  writeBlob(content: Uint8Array): string {
    return this.#write('blob', content, content)
  }

  readBlob(sha: string): GitBlob | undefined {
    const content = this.#read('blob', sha)
    if (!content) return undefined
    return { sha, url: '', content: content.toString('base64'), encoding: 'base64', size: content.length }
  }

  /** Whether there is an object of that hash. */
  has(sha: string): boolean {
    const sql = 'SELECT 1 FROM objects WHERE document = ? AND sha = ?'
    return this.#database.get(sql, this.#document, sha) !== undefined
  }

  writeTree(entries: readonly GitTreeEntry[]): string {
    const sorted = [...entries].sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)))
    const hashed = sorted.map(({ mode, path, sha }) =>
      Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${path}\0`), Buffer.from(sha, 'hex')]),
    )
    const kept = sorted.map(({ mode, path, sha, type }) => ({ mode, path, sha, type }))
    return this.#write('tree', Buffer.concat(hashed), Buffer.from(JSON.stringify(kept)))
  }

  /** A tree, with the entries of its subtrees under their full path when `recursive`. */
  readTree(sha: string, recursive: boolean): GitTree | undefined {
    const entries = this.#treeEntries(sha)
    if (!entries) return undefined
    const tree = recursive ? this.#flatten(entries, '') : entries
    return { sha, url: '', tree: tree.map((entry) => ({ ...entry, size: 0, url: '' })) }
  }

  /** The entry at `path` below a tree. */
  entryAt(treeSha: string, path: readonly string[]): GitTreeEntry | undefined {
    const [name, ...rest] = path
    const entry = this.#treeEntries(treeSha)?.find((candidate) => candidate.path === name)
    if (!entry || rest.length === 0) return entry
    return entry.type === 'tree' ? this.entryAt(entry.sha, rest) : undefined
  }

  writeCommit(commit: NewCommit): GitCommit {
    const content = Buffer.from(JSON.stringify(commit))
    const sha = this.#write('commit', content, content)
    return asCommit(sha, commit)
  }

  readCommit(sha: string): GitCommit | undefined {
    const content = this.#read('commit', sha)
    return content && asCommit(sha, JSON.parse(content.toString()) as NewCommit)
  }

  /** The newest `count` commits from `sha` back. */
  history(sha: string, count: number): GitCommit[] {
    const commits: GitCommit[] = []
    for (let next = this.readCommit(sha); next && commits.length < count; ) {
      commits.push(next)
      const parent: string | undefined = next.parents[0]?.sha
      next = parent === undefined ? undefined : this.readCommit(parent)
    }
    return commits
  }

  /** The hash of the newest commit. */
  head(): string | undefined {
    const row = this.#database.get('SELECT sha FROM heads WHERE document = ?', this.#document)
    return row && String(row['sha'])
  }

  moveHead(sha: string): void {
    const sql = 'INSERT INTO heads VALUES (?, ?) ON CONFLICT (document) DO UPDATE SET sha = excluded.sha'
    this.#database.run(sql, this.#document, sha)
  }

  deleteAll(): void {
    this.#database.run('DELETE FROM objects WHERE document = ?', this.#document)
    this.#database.run('DELETE FROM heads WHERE document = ?', this.#document)
  }

  #treeEntries(sha: string): GitTreeEntry[] | undefined {
    const content = this.#read('tree', sha)
    return content && (JSON.parse(content.toString()) as GitTreeEntry[])
  }

  #flatten(entries: readonly GitTreeEntry[], prefix: string): GitTreeEntry[] {
    return entries.flatMap((entry) => {
      const path = `${prefix}${entry.path}`
      const below = entry.type === 'tree' ? (this.#treeEntries(entry.sha) ?? []) : []
      return [{ ...entry, path }, ...this.#flatten(below, `${path}/`)]
    })
  }

  #write(kind: 'blob' | 'tree' | 'commit', hashed: Uint8Array, content: Uint8Array): string {
    const sha = createHash('sha1').update(`${kind} ${hashed.length}\0`).update(hashed).digest('hex')
    const sql = 'INSERT INTO objects VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
    this.#database.run(sql, this.#document, sha, kind, content)
    return sha
  }

  #read(kind: string, sha: string): Buffer | undefined {
    const sql = 'SELECT content FROM objects WHERE document = ? AND sha = ? AND kind = ?'
    const content = this.#database.get(sql, this.#document, sha, kind)?.['content']
    return content instanceof Uint8Array ? Buffer.from(content) : undefined
  }
}

function asCommit(sha: string, { tree, parents, message, author }: NewCommit): GitCommit {
  return {
    sha,
    url: '',
    message,
    author,
    committer: author,
    tree: { sha: tree, url: '' },
    parents: parents.map((parent) => ({ sha: parent, url: '' })),
  }
}

// Git compares a folder as if its name ended in a slash.
function sortKey(entry: GitTreeEntry): Buffer {
  return Buffer.from(entry.type === 'tree' ? `${entry.path}/` : entry.path)
}
