/**
 * Opens a room: the live document in which the people of the demo meet.
 */

import { AzureClient } from '@fluidframework/azure-client'
import { ConnectionState, type ContainerSchema, SharedTree, Tree } from 'fluid-framework'
import type { Person } from '../latchkey.ts'
import { connectFluid } from './fluid-connection.ts'
import { Member, Note, Room, roomConfiguration } from './schema.ts'

const containerSchema = { initialObjects: { tree: SharedTree } } satisfies ContainerSchema
const minimumVersion = '2.0.0'

/** A note as the page shows it. */
export interface NoteText {
  readonly id: string
  readonly text: string
  readonly author: string
}

/** An open room. */
export interface OpenRoom {
  readonly id: string
  /** The names of the people who have the document open now. */
  people(): readonly string[]
  notes(): readonly NoteText[]
  addNote(author: string): void
  editNote(id: string, text: string): void
  removeNote(id: string): void
  /** Everybody who has ever joined, by id. */
  members(): ReadonlyMap<string, { readonly communicationUserId: string; readonly displayName: string }>
  join(personId: string, communicationUserId: string, displayName: string): void
  threadId(): string | undefined
  setThreadId(threadId: string): void
  /** Whether this page made the room. */
  readonly created: boolean
  /** Whether what is written travels now, waits for the relay to come back, or has nowhere to go any more. */
  state(): 'live' | 'waiting' | 'closed'
  /** Calls `listener` after each change; the answer ends that. */
  onChange(listener: () => void): () => void
}

/** Opens the room `documentId`, or makes a new one. */
export async function openRoom(person: Person, documentId: string | undefined): Promise<OpenRoom> {
  const client = new AzureClient({ connection: await connectFluid(documentId) })
  const created = documentId === undefined
  const { container, services } = created
    ? await client.createContainer(containerSchema, minimumVersion)
    : await client.getContainer(documentId, containerSchema, minimumVersion)
  const view = container.initialObjects.tree.viewWith(roomConfiguration)
  if (created) view.initialize(new Room({ notes: [], members: {}, threadId: undefined }))
  const id = created ? await container.attach() : documentId
  const { root } = view
  if (created)
    root.notes.insertAtEnd(
      new Note({ text: `Welcome to ${person.displayName}'s room`, author: person.displayName }),
    )
  const find = (noteId: string): Note | undefined => root.notes.find((note) => note.id === noteId)

  return {
    id,
    created,
    state: () => {
      if (container.disposed) return 'closed'
      return container.connectionState === ConnectionState.Connected ? 'live' : 'waiting'
    },
    people: () => [...new Set([...services.audience.getMembers().values()].map((member) => member.name))],
    notes: () => root.notes.map((note) => ({ id: note.id, text: note.text, author: note.author })),
    addNote: (author) => root.notes.insertAtEnd(new Note({ text: '', author })),
    editNote: (noteId, text) => {
      const note = find(noteId)
      if (note) note.text = text
    },
    removeNote: (noteId) => {
      const index = root.notes.findIndex((note) => note.id === noteId)
      if (index >= 0) root.notes.removeAt(index)
    },
    members: () => new Map(root.members.entries()),
    join: (personId, communicationUserId, displayName) =>
      root.members.set(personId, new Member({ communicationUserId, displayName })),
    threadId: () => root.threadId,
    setThreadId: (threadId) => {
      root.threadId = threadId
    },
    onChange: (listener) => {
      const endTree = Tree.on(root, 'treeChanged', listener)
      services.audience.on('membersChanged', listener)
      container.on('connected', listener)
      container.on('disconnected', listener)
      container.on('disposed', listener)
      return () => {
        endTree()
        container.off('connected', listener)
        container.off('disconnected', listener)
        container.off('disposed', listener)
        services.audience.off('membersChanged', listener)
      }
    },
  }
}
