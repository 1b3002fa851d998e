import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { LocalAzure } from '../../src/index.ts'

/** Makes this process trust the https ports, as `NODE_EXTRA_CA_CERTS` would. */
export function trustLocalAuthority(azure: LocalAzure): void {
  setDefaultCACertificates([...getCACertificates('default'), azure.endpoints.certificateAuthority])
}
