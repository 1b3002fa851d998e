/**
 * The keys tokens are signed with, one set for each owner, with rotation.
 *
 * Each policy of B2C signs with its own keys, so that a client that reads the key set of another one is found out; External
 * ID and Entra have theirs. A key is made when it is first needed; after a rotation the old one stays published for a day.
 */

import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '@latchkey/common'
import type { Database, SqlRow } from '../host/database.ts'

/** Who signs. */
export type KeyOwner = `b2c_1${string}` | 'external-id' | 'entra'

/** A key with its name. */
export interface SigningKey {
  /** Begins with `emulator-` (rule E3). */
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly createdAtMs: number
}

/** A key as a key set publishes it. */
export interface PublishedKey {
  readonly kid: string
  readonly nbf: number
  readonly use: 'sig'
  readonly kty: 'RSA'
  readonly e: string
  readonly n: string
}

const overlapMs = 86_400_000
const makePair = promisify(generateKeyPair)

/** The signing keys of every owner. */
export class SigningKeys {
  readonly #database: Database
  readonly #clock: Clock
  readonly #opened = new Map<string, SigningKey>()
  readonly #making = new Map<KeyOwner, Promise<SigningKey>>()

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** The key `owner` signs with now. */
  async current(owner: KeyOwner): Promise<SigningKey> {
    const sql = 'SELECT * FROM signing_keys WHERE owner = ? AND retired_at_ms IS NULL'
    const row = this.#database.get(sql, owner)
    if (row) return this.#open(row)
    const making = this.#making.get(owner) ?? this.#make(owner).finally(() => this.#making.delete(owner))
    this.#making.set(owner, making)
    return making
  }

  /** The keys a client may meet, newest first. */
  async published(owner: KeyOwner): Promise<readonly PublishedKey[]> {
    await this.current(owner)
    return this.#valid(owner).map(({ kid, publicKey, createdAtMs }) => {
      const { e = '', n = '' } = publicKey.export({ format: 'jwk' })
      return { kid, nbf: Math.floor(createdAtMs / 1_000), use: 'sig', kty: 'RSA', e, n }
    })
  }

  /** The public key called `kid`, while it is published. */
  find(kid: string): KeyObject | undefined {
    const sql = 'SELECT * FROM signing_keys WHERE kid = ? AND (retired_at_ms IS NULL OR retired_at_ms > ?)'
    const row = this.#database.get(sql, kid, this.#clock.now() - overlapMs)
    return row && this.#open(row).publicKey
  }

  /** Retires the current key of `owner` and makes another. */
  async rotate(owner: KeyOwner): Promise<SigningKey> {
    await this.current(owner)
    return this.#make(owner)
  }

  #valid(owner: KeyOwner): SigningKey[] {
    const sql = `SELECT * FROM signing_keys WHERE owner = ? AND (retired_at_ms IS NULL OR retired_at_ms > ?)
      ORDER BY rowid DESC`
    return this.#database.all(sql, owner, this.#clock.now() - overlapMs).map((row) => this.#open(row))
  }

  async #make(owner: KeyOwner): Promise<SigningKey> {
    const { privateKey } = await makePair('rsa', { modulusLength: 2_048 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const kid = `emulator-${createHash('sha256').update(pem).digest('base64url').slice(0, 32)}`
    const now = this.#clock.now()
    this.#database.transaction(() => {
      const retire = 'UPDATE signing_keys SET retired_at_ms = ? WHERE owner = ? AND retired_at_ms IS NULL'
      this.#database.run(retire, now, owner)
      this.#database.run('INSERT INTO signing_keys VALUES (?, ?, ?, ?, NULL)', kid, owner, pem, now)
    })
    return this.#open({ kid, private_key: pem, created_at_ms: now })
  }

  #open(row: SqlRow): SigningKey {
    const kid = String(row['kid'])
    const known = this.#opened.get(kid)
    if (known) return known
    const privateKey = createPrivateKey(String(row['private_key']))
    const createdAtMs = Number(row['created_at_ms'])
    const key: SigningKey = { kid, privateKey, publicKey: createPublicKey(privateKey), createdAtMs }
    this.#opened.set(kid, key)
    return key
  }
}
