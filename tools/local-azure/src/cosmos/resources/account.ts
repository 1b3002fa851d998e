/**
 * The account: the first thing every SDK client reads.
 */

import type { Exchange, Reply } from '../exchange.ts'
import { metadataReadCharge } from '../request-units.ts'

/** `GET /`: where the account is. The SDK goes on with the address it finds here, so it is the one it came by. */
export function answerAccount({ request }: Exchange): Reply {
  const location = [{ name: 'Local', databaseAccountEndpoint: `${request.origin()}/` }]
  const account = {
    _self: '',
    id: 'local-azure',
    _rid: 'local-azure',
    media: '//media/',
    addresses: '//addresses/',
    _dbs: '//dbs/',
    writableLocations: location,
    readableLocations: location,
    enableMultipleWriteLocations: false,
    userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 4 },
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
    systemReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 4 },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: JSON.stringify({ maxSqlQueryInputLength: 262_144, maxJoinsPerSqlQuery: 10 }),
  }
  return { status: 200, body: JSON.stringify(account), charge: metadataReadCharge(0) }
}
