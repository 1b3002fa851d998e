/**
 * A container in memory: its definition, what is derived from it, and the number of its last change.
 */

import type { ContainerDefinition } from '../container-definition.ts'
import type { JsonObject } from '../json.ts'
import { createExtractor } from '../partition-key.ts'
import { createChildRids } from '../resource-id.ts'
import type { CosmosDatabase } from './catalog.ts'

/** What a container is made from. */
export interface ContainerRecord {
  readonly number: number
  readonly database: CosmosDatabase
  readonly id: string
  readonly rid: string
  readonly etag: string
  readonly ts: number
  readonly definition: ContainerDefinition
  readonly lsn: number
}

/** A container of a database. */
export class Container {
  readonly number: number
  readonly database: CosmosDatabase
  readonly id: string
  readonly rid: string
  /** Reads an item's partition key as canonical text. */
  readonly extractKey: (item: JsonObject) => string
  readonly itemRid: (sequence: number) => string
  /** `dbs/{database}/colls/{container}`. */
  readonly link: string
  /** The link as a header can carry it. */
  readonly headerLink: string
  readonly selfLink: string
  etag: string
  ts: number
  definition: ContainerDefinition
  /** Counts the container's changes: session tokens and change feeds are made of it. */
  lsn: number

  constructor(record: ContainerRecord) {
    this.number = record.number
    this.database = record.database
    this.id = record.id
    this.rid = record.rid
    this.etag = record.etag
    this.ts = record.ts
    this.definition = record.definition
    this.lsn = record.lsn
    this.extractKey = createExtractor(record.definition.partitionKey)
    this.itemRid = createChildRids(record.rid)
    this.link = `dbs/${record.database.id}/colls/${record.id}`
    this.headerLink = /^[\x20-\x7e]*$/.test(this.link) ? this.link : encodeURI(this.link)
    this.selfLink = `dbs/${record.database.rid}/colls/${record.rid}/`
  }

  replace(definition: ContainerDefinition, etag: string, ts: number): void {
    this.definition = definition
    this.etag = etag
    this.ts = ts
  }
}
