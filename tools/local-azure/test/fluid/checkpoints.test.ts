import { DeliLambda } from '@fluidframework/server-lambdas'
import { DefaultServiceConfiguration } from '@fluidframework/server-services-core'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { advanceDeli, type DeliState } from '../../src/fluid/checkpoints.ts'
import type { ISequencedOperationMessage } from '../../src/fluid/relay.ts'
import { connected, until } from './crashing-process.ts'
import { notesOf, schema, startRelay } from './relay-under-test.ts'

type Operation = ISequencedOperationMessage['operation']
type DeliArguments = ConstructorParameters<typeof DeliLambda>

/** Fluid's own deli, told what clients do, with its state after each thing and what it has ordered so far. */
class RealDeli {
  readonly ordered: Operation[] = []
  readonly states: { readonly state: DeliState; readonly orderedCount: number }[] = []
  readonly #deli: DeliLambda
  readonly #sent = new Map<string, number>()
  #offset = 0

  constructor() {
    const collect = {
      send: async (messages: ISequencedOperationMessage[]) => {
        this.ordered.push(
          ...messages.flatMap(({ operation }) => (operation.sequenceNumber ? [operation] : [])),
        )
      },
    }
    const nothing = { send: async () => undefined }
    const checkpoints = { writeCheckpoint: async () => undefined, deleteCheckpoint: async () => undefined }
    const context = { checkpoint: () => undefined, error: () => undefined, log: undefined }
    const begin = {
      clients: undefined,
      durableSequenceNumber: 0,
      expHash1: '',
      logOffset: -1,
      sequenceNumber: 0,
    }
    const given = [context, 't', 'd', begin, checkpoints, undefined, collect, undefined, nothing]
    const configuration = { ...DefaultServiceConfiguration, enableTraces: false, enableLumberjack: false }
    this.#deli = new DeliLambda(...([...given, configuration, undefined] as unknown as DeliArguments))
    this.#note()
  }

  join(clientId: string): void {
    if (this.#sent.has(clientId)) return
    this.#sent.set(clientId, 0)
    this.#tell(null, {
      type: 'join',
      data: JSON.stringify({ clientId, detail: { mode: 'write', scopes: [] } }),
    })
  }

  leave(clientId: string): void {
    if (this.#sent.delete(clientId)) this.#tell(null, { type: 'leave', data: JSON.stringify(clientId) })
  }

  /** An edit made when the client had seen all but the last `behind` operations. */
  edit(clientId: string, behind: number): void {
    const last = this.ordered.at(-1)
    const sent = this.#sent.get(clientId)
    if (!last || sent === undefined) return
    this.#sent.set(clientId, sent + 1)
    const seen = Math.max(last.minimumSequenceNumber, last.sequenceNumber - behind)
    this.#tell(clientId, {
      type: 'op',
      clientSequenceNumber: sent + 1,
      referenceSequenceNumber: seen,
      contents: 'x',
    })
  }

  close(): void {
    this.#deli.close('Stop' as never)
  }

  #tell(clientId: string | null, operation: object): void {
    const system = { clientSequenceNumber: -1, referenceSequenceNumber: -1, contents: null }
    const raw = { type: 'RawOperation', tenantId: 't', documentId: 'd', timestamp: 1, clientId }
    const value = JSON.stringify({ ...raw, operation: { ...system, ...operation } })
    this.#deli.handler({ topic: 't/d', partition: 0, offset: this.#offset++, value })
    this.#note()
  }

  #note(): void {
    const state = (this.#deli as unknown as { generateDeliCheckpoint(): DeliState }).generateDeliCheckpoint()
    this.states.push({ state, orderedCount: this.ordered.length })
  }
}

test('a checkpoint of any age and what was kept after it make what deli knew in the end', () => {
  const client = fc.constantFrom('a', 'b', 'c')
  const step = fc.oneof(
    client.map((id) => (deli: RealDeli) => deli.join(id)),
    client.map((id) => (deli: RealDeli) => deli.leave(id)),
    fc.tuple(client, fc.nat(4)).map(
      ([id, behind]) =>
        (deli: RealDeli) =>
          deli.edit(id, behind),
    ),
  )
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      const deli = new RealDeli()
      for (const take of steps) take(deli)
      deli.close()
      const last = deli.states.at(-1)?.state as DeliState
      const minimum = deli.ordered.at(-1)?.minimumSequenceNumber ?? 0
      for (const { state, orderedCount } of deli.states) {
        const advanced = advanceDeli(state, deli.ordered.slice(orderedCount))
        const { sequenceNumber, expHash1, lastSentMSN } = advanced
        expect({ sequenceNumber, expHash1, lastSentMSN }).toMatchObject({
          sequenceNumber: last.sequenceNumber,
          expHash1: last.expHash1,
          lastSentMSN: last.lastSentMSN,
        })
        const idsOf = ({ clients = [] }: DeliState): string[] =>
          clients.map(({ clientId }) => clientId).sort()
        expect(idsOf(advanced)).toEqual(idsOf(last))
        // Whoever leaves first, the minimum does not fall, nor pass what there is.
        for (const { referenceSequenceNumber } of advanced.clients ?? []) {
          expect(referenceSequenceNumber).toBeGreaterThanOrEqual(minimum)
          expect(referenceSequenceNumber).toBeLessThanOrEqual(sequenceNumber)
        }
      }
    }),
    { numRuns: 200 },
  )
})

test('nothing is noted as ordered or summarized before it is kept', async () => {
  const relay = await startRelay()
  onTestFinished(() => relay.close())
  const { container } = await relay.client('remote').createContainer(schema, '2.0.0')
  notesOf(container, [])
  await container.attach()
  relay.host.database.exec(`
    CREATE TABLE early (part TEXT, noted INTEGER, kept INTEGER);
    CREATE TRIGGER watch AFTER UPDATE ON documents BEGIN
      INSERT INTO early SELECT part.key, part.value ->> 'sequenceNumber' AS noted, MAX(deltas.sequence) AS kept
        FROM json_each(NEW.value) part, deltas WHERE part.key IN ('deli', 'scribe') GROUP BY part.key
        HAVING noted > kept;
    END`)
  await connected(container)
  // Each in a message of its own, and many before the relay has done with the first.
  for (let index = 0; index < 100; index += 1) {
    container.initialObjects.map.set('n', index)
    await Promise.resolve()
  }
  await until(() => expect(container.isDirty).toBe(false))
  container.dispose()
  expect(relay.host.database.get('SELECT MAX(sequence) AS n FROM deltas')?.['n']).toBeGreaterThan(50)
  expect(relay.host.database.all('SELECT * FROM early')).toEqual([])
})
