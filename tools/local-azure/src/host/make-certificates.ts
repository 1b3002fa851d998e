/**
 * Makes a certificate authority for this machine and one certificate under it.
 *
 * The authority's private key is dropped as soon as the leaf is signed: whoever trusts the authority trusts exactly one
 * certificate, for `localhost`, `127.0.0.1` and `::1`.
 */

import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Certificates } from './certificates.ts'

export interface CertificateLives {
  readonly authorityDays: number
  readonly leafDays: number
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const authorityName = 'CN=Latchkey local Azure, O=Not for production'
const dayMs = 86_400_000

/** Makes both certificates, valid from an hour before `nowMs`. */
export async function makeCertificates(nowMs: number, lives: CertificateLives): Promise<Certificates> {
  const authorityKeys = await makeKeys()
  const leafKeys = await makeKeys()
  const notBefore = new Date(nowMs - 3_600_000)
  const authority = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: authorityName,
      issuer: authorityName,
      notBefore,
      notAfter: new Date(nowMs + lives.authorityDays * dayMs),
      publicKey: authorityKeys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
        await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
      ],
    },
    webcrypto,
  )
  const leaf = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: 'CN=localhost',
      issuer: authorityName,
      notBefore,
      notAfter: new Date(nowMs + lives.leafDays * dayMs),
      publicKey: leafKeys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: leafExtensions(),
    },
    webcrypto,
  )
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey)
  return {
    authority: authority.toString('pem'),
    leaf: { key: PemConverter.encode(privateKey, 'PRIVATE KEY'), cert: leaf.toString('pem') },
  }
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function leafExtensions(): Extension[] {
  return [
    new BasicConstraintsExtension(false),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: '127.0.0.1' },
      { type: 'ip', value: '::1' },
    ]),
  ]
}

// Positive, and never twice the same: browsers refuse two certificates of one issuer with one serial number.
function serialNumber(): string {
  return `1${randomBytes(15).toString('hex')}`
}
