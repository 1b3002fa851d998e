/**
 * The groups of one directory and who is in them.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import type { Database, SqlRow } from '../../host/database.ts'
import type { DirectoryName } from './account.ts'

/** A group; every one of them is a security group. */
export interface Group {
  readonly id: string
  readonly displayName: string
  readonly createdAtMs: number
  /** What Graph keeps besides: description, mailNickname. */
  readonly properties: Readonly<Record<string, unknown>>
}

/** What became of adding a member. */
export type AddMemberOutcome = 'added' | 'already-member' | 'no-group' | 'no-member'

/** The groups of one directory. */
export class Groups {
  readonly directory: DirectoryName
  readonly #database: Database
  readonly #clock: Clock

  constructor(directory: DirectoryName, database: Database, clock: Clock) {
    this.directory = directory
    this.#database = database
    this.#clock = clock
  }

  list(): readonly Group[] {
    const sql = 'SELECT * FROM groups WHERE directory = ? ORDER BY rowid'
    return this.#database.all(sql, this.directory).map(parseGroup)
  }

  find(id: string): Group | undefined {
    const row = this.#database.get('SELECT * FROM groups WHERE directory = ? AND id = ?', this.directory, id)
    return row && parseGroup(row)
  }

  create(fields: Pick<Group, 'displayName' | 'properties'>, id: string = randomUUID()): Group {
    const { displayName, properties } = fields
    const createdAtMs = this.#clock.now()
    const sql = 'INSERT INTO groups VALUES (?, ?, ?, ?, ?)'
    this.#database.run(sql, id, this.directory, displayName, JSON.stringify(properties), createdAtMs)
    return { id, displayName, createdAtMs, properties }
  }

  update(id: string, fields: Pick<Group, 'displayName' | 'properties'>): boolean {
    const sql = 'UPDATE groups SET display_name = ?, properties = ? WHERE directory = ? AND id = ?'
    const { displayName, properties } = fields
    return this.#database.run(sql, displayName, JSON.stringify(properties), this.directory, id) > 0
  }

  delete(id: string): boolean {
    return this.#database.run('DELETE FROM groups WHERE directory = ? AND id = ?', this.directory, id) > 0
  }

  /** The groups `memberId` is in. */
  of(memberId: string): readonly Group[] {
    const sql = `SELECT groups.* FROM members JOIN groups
      ON groups.directory = members.directory AND groups.id = members.group_id
      WHERE members.directory = ? AND member_id = ? ORDER BY groups.rowid`
    return this.#database.all(sql, this.directory, memberId).map(parseGroup)
  }

  /** The object ids of the members, in the order they came. */
  members(id: string): readonly string[] {
    const sql = 'SELECT member_id FROM members WHERE directory = ? AND group_id = ? ORDER BY rowid'
    return this.#database.all(sql, this.directory, id).map((row) => String(row['member_id']))
  }

  addMember(id: string, memberId: string): AddMemberOutcome {
    if (!this.find(id)) return 'no-group'
    const exists = 'SELECT 1 FROM users WHERE directory = ? AND object_id = ?'
    if (!this.#database.get(exists, this.directory, memberId)) return 'no-member'
    const sql = 'INSERT INTO members VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
    return this.#database.run(sql, this.directory, id, memberId) > 0 ? 'added' : 'already-member'
  }

  /** Tells whether there was such a member. */
  removeMember(id: string, memberId: string): boolean {
    const sql = 'DELETE FROM members WHERE directory = ? AND group_id = ? AND member_id = ?'
    return this.#database.run(sql, this.directory, id, memberId) > 0
  }
}

function parseGroup(row: SqlRow): Group {
  return {
    id: String(row['id']),
    displayName: String(row['display_name']),
    createdAtMs: Number(row['created_at_ms']),
    properties: JSON.parse(String(row['properties'])) as Record<string, unknown>,
  }
}
