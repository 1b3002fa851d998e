/**
 * A local Azure in a process of its own, for a test that kills it: prints its endpoints and runs until it is ended.
 *
 * Given a text, it kills itself in the moment in which an operation that holds the text has been kept and nothing else is
 * noted of it: the widest gap a killed process can leave.
 */

import { DeltaLog, type SequencedOperation } from '../../src/fluid/deltas.ts'
import { startLocalAzure } from '../../src/index.ts'

const [folder, fatal] = process.argv.slice(2)

if (fatal !== undefined) {
  const keep = DeltaLog.prototype.insertMany
  DeltaLog.prototype.insertMany = function (this: DeltaLog<SequencedOperation>, operations) {
    const kept = keep.call(this, operations)
    if (JSON.stringify(operations).includes(fatal)) process.kill(process.pid, 'SIGKILL')
    return kept
  }
}

const azure = await startLocalAzure({ portBase: 0, data: folder ?? false })
console.log(JSON.stringify(azure.endpoints))
