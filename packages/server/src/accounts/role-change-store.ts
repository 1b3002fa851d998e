/**
 * The port to what is kept of role changes while they are under way.
 *
 * A directory has no transactions and shows its own writes late, so the order of changes is decided here: by conditional
 * writes, which of two at once only one makes.
 */

/** What was last asked for one person. */
export interface RoleChange {
  /** Unlike for each call. */
  readonly change: string
  readonly role: string
  /** Every role asked for lately, this one included: what calls that are not over yet may still give the person. */
  readonly asked: readonly string[]
  /** When it was asked for, in epoch milliseconds. */
  readonly atMs: number
}

/** Who has lately ceased to be an admin, or is about to: until when (epoch milliseconds) they count as gone. */
export type LeavingAdmins = Readonly<Record<string, number>>

/** Something as it was read; both are `undefined` when it is not there. */
export interface Marked<T> {
  readonly value: T
  /** Changes with every write. */
  readonly mark: string | undefined
}

/** Where they are kept; what nobody has written for an hour is forgotten. */
export interface RoleChangeStore {
  change(personId: string): Promise<Marked<RoleChange | undefined>>
  leaving(): Promise<Marked<LeavingAdmins>>
  /**
   * Writes a change, and who leaves with it: both or none, and none when either was written since it was read.
   *
   * @returns the new mark of the change.
   */
  ask(
    personId: string,
    change: Marked<RoleChange>,
    leaving?: Marked<LeavingAdmins>,
  ): Promise<string | undefined>
  /** Writes who leaves, unless it was written since it was read; returns whether it did. */
  leave(leaving: Marked<LeavingAdmins>): Promise<boolean>
}
