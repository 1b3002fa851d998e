/** A complete environment of production, with keys that are right and nobody's. */

import type { Environment } from '../../src/index.ts'

/** A key that `byte` stands for. */
export const key = (byte: number): string =>
  Buffer.from(Uint8Array.from({ length: 32 }, (_none, index) => (byte + index * 91) % 256)).toString('base64')

export const production: Environment = {
  NODE_ENV: 'production',
  LATCHKEY_PROVIDER: 'b2c',
  LATCHKEY_METADATA_URL:
    'https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signupsignin/v2.0/.well-known/openid-configuration',
  LATCHKEY_ROPC_METADATA_URL:
    'https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_ropc/v2.0/.well-known/openid-configuration',
  LATCHKEY_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
  LATCHKEY_CLIENT_SECRET: 'client-secret',
  LATCHKEY_GRAPH_ENDPOINT: 'https://graph.microsoft.com/v1.0',
  LATCHKEY_GRAPH_TENANT_ID: '66666666-7777-8888-9999-000000000000',
  LATCHKEY_GRAPH_CLIENT_ID: '11111111-2222-3333-4444-666666666666',
  LATCHKEY_GRAPH_CLIENT_SECRET: 'graph-secret',
  LATCHKEY_COSMOS_ENDPOINT: 'https://contoso.documents.azure.com:443/',
  LATCHKEY_COSMOS_KEY: key(7),
  LATCHKEY_COMMUNICATION_CONNECTION_STRING: `endpoint=https://contoso.communication.azure.com/;accesskey=${key(9)}`,
  LATCHKEY_FLUID_ENDPOINT: 'https://us.fluidrelay.azure.com',
  LATCHKEY_FLUID_TENANT_ID: '66666666-0000-8888-9999-000000000000',
  LATCHKEY_FLUID_PRIMARY_KEY: key(11),
  LATCHKEY_SIGNING_KEYS: `k2:${key(2)},k1:${key(1)}`,
  LATCHKEY_REFRESH_KEYS: `k1:${key(3)}`,
  LATCHKEY_PUBLIC_URL: 'https://api.contoso.example',
}
