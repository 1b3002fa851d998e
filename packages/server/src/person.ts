/**
 * Who a request is from.
 */

/** Somebody, as the identity provider names them: unique together, never an e-mail address. */
export interface Subject {
  readonly issuer: string
  readonly subject: string
}

/** A signed-in person, as an access token or a session states it. */
export interface Person {
  /** The id under `/v1/users` and the Cosmos partition: the directory's object id. */
  readonly id: string
  readonly subject: Subject
  /** Shown to others, for example in a Fluid document. */
  readonly name: string
  readonly role: string
  /** The session the request came with; absent in upstream mode. */
  readonly sid?: string
}

/** The role of a person in no group, and of nobody. */
export const guestRole = 'guest'
/** The role that may administer. */
export const adminRole = 'admin'
/** The role of a new account. */
export const newRole = 'new'
