/**
 * What each operation costs in request units: a documented model, not Azure's secret one (docs/cosmos.md).
 */

/** The charge of reading one item by its id. */
export function readCharge(characters: number): number {
  return round(1 + 0.09 * extraKilobytes(characters))
}

/** The charge of creating or deleting an item. */
export function writeCharge(characters: number): number {
  return round(5.9 + 0.45 * extraKilobytes(characters))
}

/** The charge of deleting all items of a partition key. */
export function partitionDeleteCharge(count: number): number {
  return round(writeCharge(0) * Math.max(1, count))
}

/** The charge of replacing or patching an item, which takes out the old one too. */
export function replaceCharge(characters: number): number {
  return round(10.3 + 0.9 * extraKilobytes(characters))
}

/** The charge of a page of a query: what was looked at and what came out. */
export function queryCharge(scanned: number, characters: number): number {
  return round(2.3 + 0.01 * scanned + 0.025 * (characters / 1024))
}

/** The charge of reading databases, containers, users, permissions or offers. */
export function metadataReadCharge(count: number): number {
  return round(1 + 0.1 * count)
}

/** The charge of writing one of them. */
export const metadataWriteCharge = 4.95
/** The charge of writing a user or a permission. */
export const userWriteCharge = 10.29
/** The charge of a request that was refused after it was let in: not of a 401 or a 429, nor of a 403 for what a token does not open. */
export const refusalCharge = 1

function extraKilobytes(characters: number): number {
  return Math.max(0, Math.ceil(characters / 1024) - 1)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
