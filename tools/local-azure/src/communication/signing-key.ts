/**
 * The key this resource signs its access tokens with: made when first needed, and kept.
 */

import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { Database } from '../host/database.ts'

/** A key pair with the id tokens name it by. */
export interface SigningKey {
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const generate = promisify(generateKeyPair)

/** Answers the key of this data folder; concurrent first calls share one making. */
export function createSigningKeySource(database: Database): () => Promise<SigningKey> {
  database.exec(
    'CREATE TABLE IF NOT EXISTS signing_keys (key_id TEXT PRIMARY KEY, pkcs8 TEXT NOT NULL) STRICT',
  )
  let key: Promise<SigningKey> | undefined
  return () => {
    key ??= readOrMake(database)
    return key
  }
}

async function readOrMake(database: Database): Promise<SigningKey> {
  const row = database.get('SELECT key_id, pkcs8 FROM signing_keys LIMIT 1')
  if (row) {
    const privateKey = createPrivateKey(String(row['pkcs8']))
    return { keyId: String(row['key_id']), privateKey, publicKey: createPublicKey(privateKey) }
  }
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 })
  // The head tells everybody, at a glance, that no production service has signed this (rule E3).
  const keyId = `emulator-${randomUUID()}`
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  database.run('INSERT INTO signing_keys VALUES (?, ?)', keyId, pkcs8)
  return { keyId, privateKey, publicKey }
}
