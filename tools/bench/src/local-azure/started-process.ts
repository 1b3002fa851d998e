/** Local Azure in a process of its own: says when it is ready and where its relay is, and how long it took to stop. */

import { startLocalAzure } from '@latchkey/local-azure'

const azure = await startLocalAzure({ portBase: 0, data: process.argv[2] ?? false })
process.on('message', () => {
  const began = performance.now()
  azure.close().then(
    () => process.send?.({ stoppedMs: performance.now() - began }, () => process.exit(0)),
    () => process.exit(1),
  )
})
const { endpoint, primaryKey } = azure.endpoints.fluid
process.send?.({ endpoint, key: primaryKey })
