/**
 * A self-signed certificate with an RSA key, as a team uploads to its application.
 */

import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509'

export interface RsaCertificate {
  readonly certificate: string
  readonly privateKey: string
}

export async function makeRsaCertificate(): Promise<RsaCertificate> {
  const signingAlgorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const algorithm = { ...signingAlgorithm, modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { name: 'CN=app', keys, signingAlgorithm },
    webcrypto,
  )
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: certificate.toString('pem'), privateKey: PemConverter.encode(key, 'PRIVATE KEY') }
}
