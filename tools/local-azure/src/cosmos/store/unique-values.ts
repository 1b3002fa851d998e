/**
 * Unique keys: no two items of one partition key share the values of a unique key.
 */

import type { Database } from '../../host/database.ts'
import { conflict } from '../errors.ts'
import { isObject, type Json, type JsonObject, property } from '../json.ts'
import { splitPath } from '../partition-key.ts'
import { canonicalText } from '../query/values.ts'
import { isConstraintError } from './constraint.ts'
import type { Container } from './container.ts'

/** Claims the item's unique values, in place of those it held before. Throws 409. */
export function claimUniqueValues(
  database: Database,
  container: Container,
  key: string,
  seq: number,
  item: JsonObject,
): void {
  const { uniqueKeys } = container.definition
  if (uniqueKeys.length === 0) return
  database.run('DELETE FROM unique_values WHERE seq = ?', seq)
  uniqueKeys.forEach((paths, index) => {
    // An absent value counts as null and takes part.
    const values = paths.map((path) => at(item, splitPath(path)) ?? null)
    try {
      const sql = 'INSERT INTO unique_values (container, key, value, seq) VALUES (?, ?, ?, ?)'
      database.run(sql, container.number, key, `${index}:${canonicalText(values)}`, seq)
    } catch (error) {
      throw isConstraintError(error) ? conflict('Unique index constraint violation.') : error
    }
  })
}

function at(item: JsonObject, names: readonly string[]): Json | undefined {
  let value: Json | undefined = item
  for (const name of names) value = isObject(value) ? property(value, name) : undefined
  return value
}
