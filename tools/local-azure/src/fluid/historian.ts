/**
 * One document's git objects behind the interface Fluid's server parts expect of a historian.
 */

import type {
  GitAuthor,
  GitBlob,
  GitCommit,
  GitObjects,
  GitTree,
  GitTreeEntry,
  NewCommit,
} from './git-objects.ts'

interface Ref {
  readonly ref: string
  readonly url: string
  readonly object: { readonly sha: string; readonly type: string; readonly url: string }
}

interface CommitDetails {
  readonly commit: {
    readonly author: GitAuthor
    readonly committer: GitAuthor
    readonly message: string
    readonly tree: { readonly sha: string; readonly url: string }
    readonly url: string
  }
  readonly parents: { readonly sha: string; readonly url: string }[]
  readonly sha: string
  readonly url: string
}

/** Throws what the caller's own parts understand as a failed request. */
export type Fail = (status: number, message: string) => never

/** What the server parts call; a method nobody calls refuses. */
export class Historian {
  readonly endpoint: string = ''
  readonly #objects: GitObjects
  readonly #documentId: string
  readonly #fail: Fail

  constructor(objects: GitObjects, documentId: string, fail: Fail) {
    this.#objects = objects
    this.#documentId = documentId
    this.#fail = fail
  }

  async getBlob(sha: string): Promise<GitBlob> {
    return this.#objects.readBlob(sha) ?? this.#fail(404, 'Blob not found')
  }

  async createBlob(blob: { content: string; encoding: string }): Promise<{ sha: string; url: string }> {
    const encoding = blob.encoding === 'base64' ? 'base64' : 'utf8'
    return { sha: this.#objects.writeBlob(Buffer.from(blob.content, encoding)), url: '' }
  }

  async getTree(sha: string, recursive: boolean): Promise<GitTree> {
    const found = this.#objects.readTree(sha, recursive) ?? this.#treeOfCommit(sha, recursive)
    return found ?? this.#fail(404, 'Tree not found')
  }

  async createTree(params: { tree: readonly GitTreeEntry[] }): Promise<GitTree> {
    return this.getTree(this.#objects.writeTree(params.tree), false)
  }

  async getCommit(sha: string): Promise<GitCommit> {
    return this.#objects.readCommit(sha) ?? this.#fail(404, 'Commit not found')
  }

  async createCommit(commit: NewCommit): Promise<GitCommit> {
    return this.#objects.writeCommit(commit)
  }

  /** The newest commits; `sha` is a commit or the document's id, which names its branch. */
  async getCommits(sha: string, count: number): Promise<CommitDetails[]> {
    const from = sha === this.#documentId ? this.#objects.head() : sha
    const commits = from === undefined ? [] : this.#objects.history(from, count)
    return commits.map(({ parents, sha: id, url, ...commit }) => ({
      commit: { ...commit, url },
      parents,
      sha: id,
      url,
    }))
  }

  async getRef(_ref: string): Promise<Ref | null> {
    const sha = this.#objects.head()
    return sha === undefined ? null : this.#ref(sha)
  }

  async createRef(params: { sha: string }): Promise<Ref> {
    this.#objects.moveHead(params.sha)
    return this.#ref(params.sha)
  }

  async updateRef(_ref: string, params: { sha: string }): Promise<Ref> {
    return this.createRef(params)
  }

  /** The blob at `path` of a commit. */
  async getContent(path: string, commit: string): Promise<GitBlob> {
    const tree = (await this.getCommit(commit)).tree.sha
    const entry = this.#objects.entryAt(tree, path.split('/'))
    return entry ? this.getBlob(entry.sha) : this.#fail(404, 'Content not found')
  }

  getHeader(): Promise<never> {
    return this.#unsupported()
  }

  getFullTree(): Promise<never> {
    return this.#unsupported()
  }

  getRefs(): Promise<never> {
    return this.#unsupported()
  }

  deleteRef(): Promise<never> {
    return this.#unsupported()
  }

  createTag(): Promise<never> {
    return this.#unsupported()
  }

  getTag(): Promise<never> {
    return this.#unsupported()
  }

  createSummary(): Promise<never> {
    return this.#unsupported()
  }

  deleteSummary(): Promise<never> {
    return this.#unsupported()
  }

  getSummary(): Promise<never> {
    return this.#unsupported()
  }

  #treeOfCommit(sha: string, recursive: boolean): GitTree | undefined {
    const commit = this.#objects.readCommit(sha)
    return commit && this.#objects.readTree(commit.tree.sha, recursive)
  }

  #ref(sha: string): Ref {
    return { ref: `refs/heads/${this.#documentId}`, url: '', object: { sha, type: 'commit', url: '' } }
  }

  async #unsupported(): Promise<never> {
    return this.#fail(501, 'Not supported')
  }
}
