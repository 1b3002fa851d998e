/** The shape of a room's document. */
import { SchemaFactory, TreeViewConfiguration } from 'fluid-framework'

const schema = new SchemaFactory('dev.latchkey.demo')

export class Note extends schema.object('Note', {
  id: schema.identifier,
  text: schema.string,
  author: schema.string,
}) {}

/** Somebody in the room: how the others reach them in chat. */
export class Member extends schema.object('Member', {
  communicationUserId: schema.string,
  displayName: schema.string,
}) {}

export class Room extends schema.object('Room', {
  notes: schema.array('Notes', Note),
  /** By the person's id. */
  members: schema.map('Members', Member),
  /** The chat thread of the room, once somebody in it has opened one. */
  threadId: schema.optional(schema.string),
}) {}

export const roomConfiguration = new TreeViewConfiguration({ schema: Room })
