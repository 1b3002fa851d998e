/**
 * What one file under rows/ holds: a comparison with a peer, in one run, and the promises it must keep.
 */

/** One figure. */
export interface Measurement {
  /** Who was measured: `latchkey`, or the peer's name and version. */
  readonly subject: string
  readonly metric: string
  readonly value: number
  readonly unit: string
}

/** A statement about the figures that is true or false. */
export interface BenchPromise {
  readonly text: string
  holds(measurements: readonly Measurement[]): boolean
}

/** What a row is given to work with. */
export interface BenchContext {
  /** Imports a peer that the row declared, from the bench's own folder; never from the workspace. */
  peer<T>(specifier: string): Promise<T>
  /** The folder that holds the row's peers, for rows that start a peer as a process. */
  readonly peerFolder: string
  /**
   * Operations per second of several subjects, measured in turn (A B A B …) so that a machine whose speed drifts
   * treats them alike; the median of the rounds.
   */
  compare(subjects: Readonly<Record<string, () => unknown>>): Promise<ReadonlyMap<string, number>>
  /** Milliseconds a fresh Node needs to run `code` (ESM), above an empty one; the median of several processes. */
  coldImportMs(code: string): Promise<number>
}

/** One comparison. */
export interface BenchRow {
  /** What `pnpm bench <name>` takes. */
  readonly name: string
  readonly title: string
  /** npm packages with exact versions, installed on demand into the bench's own folder. */
  readonly peers: Readonly<Record<string, string>>
  readonly promises: readonly BenchPromise[]
  run(context: BenchContext): Promise<readonly Measurement[]>
}
