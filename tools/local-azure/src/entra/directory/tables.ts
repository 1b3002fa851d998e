/**
 * The tables of the directories.
 */

import type { Database } from '../../host/database.ts'

/** Makes the tables that are missing. */
export function createDirectoryTables(database: Database): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS users (
      object_id TEXT NOT NULL, directory TEXT NOT NULL, user_principal_name TEXT NOT NULL COLLATE NOCASE,
      display_name TEXT NOT NULL, enabled INTEGER NOT NULL, password TEXT, created_at_ms INTEGER NOT NULL,
      valid_from_ms INTEGER NOT NULL, properties TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
      locked_until_ms INTEGER NOT NULL DEFAULT 0, password_changed_at_ms INTEGER,
      PRIMARY KEY (directory, object_id), UNIQUE (directory, user_principal_name)) STRICT;
    CREATE TABLE IF NOT EXISTS identities (
      directory TEXT NOT NULL, object_id TEXT NOT NULL, sign_in_type TEXT NOT NULL, issuer TEXT NOT NULL,
      assigned_id TEXT NOT NULL COLLATE NOCASE,
      FOREIGN KEY (directory, object_id) REFERENCES users ON DELETE CASCADE) STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS identity_names ON identities (directory, assigned_id, sign_in_type);
    CREATE INDEX IF NOT EXISTS identity_owners ON identities (directory, object_id);
    CREATE TABLE IF NOT EXISTS groups (
      id TEXT NOT NULL, directory TEXT NOT NULL, display_name TEXT NOT NULL, properties TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL, PRIMARY KEY (directory, id)) STRICT;
    CREATE TABLE IF NOT EXISTS members (
      directory TEXT NOT NULL, group_id TEXT NOT NULL, member_id TEXT NOT NULL,
      PRIMARY KEY (directory, group_id, member_id),
      FOREIGN KEY (directory, group_id) REFERENCES groups ON DELETE CASCADE,
      FOREIGN KEY (directory, member_id) REFERENCES users ON DELETE CASCADE) STRICT;
    CREATE INDEX IF NOT EXISTS memberships ON members (directory, member_id);
    CREATE TABLE IF NOT EXISTS signing_keys (
      kid TEXT PRIMARY KEY, owner TEXT NOT NULL, private_key TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
      retired_at_ms INTEGER) STRICT;
    CREATE TABLE IF NOT EXISTS spent (id TEXT PRIMARY KEY, expires_at_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS seeded (at_ms INTEGER NOT NULL) STRICT`)
  addPasswordChanges(database)
}

/** For folders of before there was such a column: the password is as old as the account. */
function addPasswordChanges(database: Database): void {
  const columns = database.all("SELECT name FROM pragma_table_info('users')")
  if (columns.some(({ name }) => name === 'password_changed_at_ms')) return
  database.exec(`
    ALTER TABLE users ADD COLUMN password_changed_at_ms INTEGER;
    UPDATE users SET password_changed_at_ms = created_at_ms WHERE password IS NOT NULL`)
}

/** Forgets people, groups and spent codes; signing keys stay, as they do in a real tenant. */
export function clearDirectoryTables(database: Database): void {
  database.exec('DELETE FROM users; DELETE FROM groups; DELETE FROM spent; DELETE FROM seeded')
}
