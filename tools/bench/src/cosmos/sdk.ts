/**
 * The parts of `@azure/cosmos` the rows use: it is a peer, installed on demand, so its own types are not at hand.
 */

/** A query that can be read to its end. */
interface Results {
  fetchAll(): Promise<{ readonly resources: readonly unknown[] }>
}

/** A container. */
export interface Container {
  readonly items: {
    create(item: object): Promise<unknown>
    upsert(item: object): Promise<unknown>
    query(spec: object, options?: object): Results
  }
  item(id: string, partitionKey: string): { read(): Promise<{ readonly resource?: unknown }> }
}

/** The client. */
export interface Client {
  readonly databases: {
    createIfNotExists(definition: object): Promise<{
      readonly database: {
        readonly containers: {
          createIfNotExists(definition: object): Promise<{ readonly container: Container }>
        }
      }
    }>
  }
  dispose(): void
}

/** The SDK's module. */
export interface CosmosSdk {
  readonly CosmosClient: new (options: object) => Client
}

/** A new container through a client of the SDK. */
export async function openContainer(
  sdk: CosmosSdk,
  options: object,
): Promise<{ container: Container; client: Client }> {
  // The peer's account document names https, so the SDK must not follow it.
  const client = new sdk.CosmosClient({ ...options, connectionPolicy: { enableEndpointDiscovery: false } })
  const { database } = await client.databases.createIfNotExists({ id: 'bench' })
  const { container } = await database.containers.createIfNotExists({ id: 'items', partitionKey: '/pk' })
  return { container, client }
}

const partitions = 50

/** The id and partition key of the item with a number. */
export function keyOf(number: number): { id: string; pk: string } {
  return { id: `item-${number}`, pk: `partition-${number % partitions}` }
}

/** An item of 1 kB. */
export function itemOf(number: number): object {
  return { ...keyOf(number), number, text: 'x'.repeat(930) }
}

/** How many times a second `work` gets done with `atOnce` of it under way. */
export async function rate(
  count: number,
  atOnce: number,
  work: (number: number) => Promise<unknown>,
): Promise<number> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1
      await work(next - 1)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: atOnce }, worker))
  return (count / (performance.now() - began)) * 1000
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
