/**
 * Offers: the request units a second that a container or a database was given.
 */

import type { Clock } from '@latchkey/common'
import type { Database, SqlRow } from '../../host/database.ts'
import { notFound } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { createStamp } from './stamp.ts'

/** What an offer is for. */
export interface OfferTarget {
  readonly rid: string
  readonly selfLink: string
}

/** An offer. */
export interface CosmosOffer {
  readonly rid: string
  /** The resource id of the container or database. */
  readonly resource: string
  readonly link: string
  readonly etag: string
  readonly ts: number
  readonly content: JsonObject
}

/** The offers of the account. */
export class Offers {
  readonly #database: Database
  readonly #clock: Clock
  // Request units a second by the resource id of what they were given to; 0 when nothing was.
  readonly #throughput = new Map<string, number>()

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  list(): CosmosOffer[] {
    return this.#database.all('SELECT * FROM offers ORDER BY number').map(toOffer)
  }

  get(rid: string): CosmosOffer {
    // The SDK takes the id from a link it has put in lower case.
    const row = this.#database.get('SELECT * FROM offers WHERE rid = ? COLLATE NOCASE', rid)
    if (!row) throw notFound()
    return toOffer(row)
  }

  create(target: OfferTarget, content: JsonObject): void {
    const { etag, ts } = createStamp(this.#clock)
    const sql = `INSERT INTO offers (rid, resource, link, etag, ts, content) VALUES (?, ?, ?, ?, ?, ?) RETURNING number`
    const number = Number(
      this.#database.get(sql, target.rid, target.rid, target.selfLink, etag, ts, JSON.stringify(content))?.[
        'number'
      ],
    )
    this.#database.run(
      'UPDATE offers SET rid = ? WHERE number = ?',
      `o${number.toString(36).padStart(4, '0')}`,
      number,
    )
    this.#throughput.clear()
  }

  replace(offer: CosmosOffer, content: JsonObject): CosmosOffer {
    const { etag, ts } = createStamp(this.#clock)
    const sql = 'UPDATE offers SET content = ?, etag = ?, ts = ? WHERE rid = ?'
    this.#database.run(sql, JSON.stringify(content), etag, ts, offer.rid)
    this.#throughput.clear()
    return { ...offer, content, etag, ts }
  }

  /** The request units a second of a container or database; `undefined` when none were configured. */
  throughputOf(resourceRid: string): number | undefined {
    let found = this.#throughput.get(resourceRid)
    if (found === undefined) {
      const row = this.#database.get('SELECT * FROM offers WHERE resource = ?', resourceRid)
      found = row ? throughputIn(toOffer(row).content) : 0
      this.#throughput.set(resourceRid, found)
    }
    return found === 0 ? undefined : found
  }

  forget(): void {
    this.#throughput.clear()
  }
}

function throughputIn(content: JsonObject): number {
  const autoscale = content['offerAutopilotSettings']
  const maximum =
    typeof autoscale === 'object' && autoscale !== null && 'maxThroughput' in autoscale
      ? autoscale.maxThroughput
      : 0
  return Number(maximum || content['offerThroughput'] || 0)
}

function toOffer(row: SqlRow): CosmosOffer {
  return {
    rid: String(row['rid']),
    resource: String(row['resource']),
    link: String(row['link']),
    etag: String(row['etag']),
    ts: Number(row['ts']),
    content: JSON.parse(String(row['content'])) as JsonObject,
  }
}
