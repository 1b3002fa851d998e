/**
 * Azure Communication Services identities: the admin client, and the map from your users to theirs.
 *
 * @module
 */

export { createMemoryStore } from './directory/memory-store.ts'
export type { CommunicationUserRecord, CommunicationUserState, Subject } from './directory/user-record.ts'
export { subjectId } from './directory/user-record.ts'
export type {
  CommunicationUserQuery,
  CommunicationUserStore,
  StoredCommunicationUser,
} from './directory/user-store.ts'
