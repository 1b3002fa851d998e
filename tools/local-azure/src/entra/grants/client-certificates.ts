/**
 * The certificates applications prove themselves with, and the assertions they sign (RFC 7523 section 2.2).
 */

import { createPublicKey, X509Certificate } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import type { Database } from '../../host/database.ts'
import type { SpentIds } from './spent-ids.ts'

/** The only kind of assertion there is. */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const skewSeconds = 300

/** What an assertion has to be about. */
export interface AssertionExpectation {
  readonly clientId: string
  /** The token endpoint as it was asked. */
  readonly audience: string
}

/** Registered certificates. */
export class ClientCertificates {
  readonly #database: Database
  readonly #clock: Clock
  readonly #spent: SpentIds

  constructor(database: Database, clock: Clock, spent: SpentIds) {
    this.#database = database
    this.#clock = clock
    this.#spent = spent
    database.exec(
      'CREATE TABLE IF NOT EXISTS client_certificates (client_id TEXT NOT NULL, thumbprint TEXT NOT NULL, ' +
        'pem TEXT NOT NULL, PRIMARY KEY (client_id, thumbprint)) STRICT',
    )
  }

  /** Registers a certificate in PEM and answers its SHA-256 thumbprint in base64url. Throws when it cannot be read. */
  register(clientId: string, pem: string): string {
    const certificate = new X509Certificate(pem)
    const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString(
      'base64url',
    )
    const sql = 'INSERT INTO client_certificates VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
    this.#database.run(sql, clientId, thumbprint, certificate.toString())
    return thumbprint
  }

  /** Tells whether `assertion` was signed with a registered certificate, for this endpoint, now, and never shown before. */
  async accepts(assertion: string, { audience, clientId }: AssertionExpectation): Promise<boolean> {
    try {
      const { 'x5t#S256': thumbprint } = decodeProtectedHeader(assertion)
      const sql = 'SELECT pem FROM client_certificates WHERE client_id = ? AND thumbprint = ?'
      const row = typeof thumbprint === 'string' ? this.#database.get(sql, clientId, thumbprint) : undefined
      if (!row) return false
      const { payload } = await jwtVerify(assertion, createPublicKey(String(row['pem'])), {
        algorithms: ['PS256', 'RS256'],
        issuer: clientId,
        subject: clientId,
        audience,
        currentDate: new Date(this.#clock.now()),
        // As Entra: clients round their time, and their clocks differ.
        clockTolerance: skewSeconds,
        requiredClaims: ['exp', 'jti'],
      })
      return this.#spent.spend(`assertion:${clientId}:${payload.jti}`, (payload.exp ?? 0) + skewSeconds)
    } catch {
      return false
    }
  }
}
