/**
 * The certificate authority of one local Azure, and the certificate of its https ports.
 *
 * Both are made the first time, kept in the keys database and renewed a day before they end. The authority
 * signs once and its key is not kept, so that trusting it opens nothing else.
 */

import type { Database } from './database.ts'
import type { TlsIdentity } from './listen.ts'

/** What the https ports need. */
export interface Certificates {
  /** The authority a client must trust, in PEM. */
  readonly authority: string
  readonly leaf: TlsIdentity
}

const dayMs = 86_400_000
const authorityDays = 3_650
// The longest life clients accept of a leaf is 398 days.
const leafDays = 397

interface KeptCertificates extends Certificates {
  readonly expiresAtMs: number
}

/** The kept certificates, or new ones; `nowMs` is the machine's time, which is what TLS clients judge by. */
export async function openCertificates(database: Database, nowMs: number): Promise<Certificates> {
  database.exec(
    'CREATE TABLE IF NOT EXISTS certificates (authority TEXT, key TEXT, cert TEXT, expires_at_ms INTEGER) STRICT',
  )
  const kept = read(database)
  if (kept && kept.expiresAtMs - dayMs > nowMs) return kept
  // The library takes a tenth of a second to load, which only the first start has to pay.
  const { makeCertificates } = await import('./make-certificates.ts')
  const made = await makeCertificates(nowMs, { authorityDays, leafDays })
  database.transaction(() => {
    database.run('DELETE FROM certificates')
    const { authority, leaf } = made
    const expiresAtMs = nowMs + leafDays * dayMs
    database.run('INSERT INTO certificates VALUES (?, ?, ?, ?)', authority, leaf.key, leaf.cert, expiresAtMs)
  })
  return made
}

function read(database: Database): KeptCertificates | undefined {
  const row = database.get('SELECT authority, key, cert, expires_at_ms FROM certificates')
  if (!row) return undefined
  return {
    authority: String(row['authority']),
    leaf: { key: String(row['key']), cert: String(row['cert']) },
    expiresAtMs: Number(row['expires_at_ms']),
  }
}
