/** A local Azure in a process of its own, for a test that kills it: prints its endpoints and runs until it is ended. */

import { startLocalAzure } from '../../src/index.ts'

const azure = await startLocalAzure({ portBase: 0, data: process.argv[2] ?? false })
console.log(JSON.stringify(azure.endpoints))
