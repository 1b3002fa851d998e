/**
 * What every store for the directory must do, as a list of checks that any test runner can run.
 *
 * @example
 * ```ts
 * for (const { name, run } of communicationUserStoreContract(createMyStore)) test(name, run)
 * ```
 *
 * @module
 */

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type CommunicationUserRecord, type Subject, subjectId } from './directory/user-record.ts'
import type {
  CommunicationUserQuery,
  CommunicationUserStore,
  StoredCommunicationUser,
} from './directory/user-store.ts'

/** One thing a store must do. */
export interface StoreContractCase {
  readonly name: string
  /** Rejects with an `AssertionError` when the store does not do it. */
  run(): Promise<void>
}

/**
 * The checks, each on a store of its own.
 *
 * @param createStore - Makes an empty store; called once for each check.
 */
export function communicationUserStoreContract(
  createStore: () => CommunicationUserStore | Promise<CommunicationUserStore>,
): readonly StoreContractCase[] {
  return Object.entries(checks).map(([name, check]) => ({
    name,
    run: async () => check(await createStore()),
  }))
}

const checks: Readonly<Record<string, (store: CommunicationUserStore) => Promise<void>>> = {
  'an entry nobody wrote is absent': async (store) => {
    assert.equal(await store.read(makeRecord().id), undefined)
  },
  'an inserted entry reads back as written, at the version that was answered': async (store) => {
    const record = makeRecord({
      purpose: 'chat',
      expiresAtMs: 5,
      lifetimeMs: 6,
      surplus: ['8:acs:x'],
      unaccounted: [{ intentId: 'i', atMs: 7 }],
    })
    const stored = await written(store.insert(record))
    assert.deepEqual(stored.record, record)
    assert.deepEqual(await store.read(record.id), stored)
  },
  'a field that is absent stays absent': async (store) => {
    const record = makeRecord()
    await store.insert(record)
    const read = await store.read(record.id)
    assert.deepEqual(Object.keys(read?.record ?? {}).sort(), Object.keys(record).sort())
  },
  'an entry that exists is not inserted again': async (store) => {
    const record = makeRecord()
    const first = await written(store.insert(record))
    assert.equal(await store.insert({ ...record, state: 'deleting', writeId: randomUUID() }), undefined)
    assert.deepEqual(await store.read(record.id), first)
  },
  'of many inserts at once exactly one wins': async (store) => {
    const record = makeRecord()
    await oneWins(store, record.id, (writeId) => store.insert({ ...record, writeId }))
  },
  'a replacement at the current version is written and has a version of its own': async (store) => {
    const before = await written(store.insert(makeRecord()))
    const after = await written(store.replace(rewrite(before, { state: 'active' }), before.version))
    assert.notEqual(after.version, before.version)
    assert.deepEqual(await store.read(before.record.id), after)
  },
  'a replacement at an old version is refused and changes nothing': async (store) => {
    const before = await written(store.insert(makeRecord()))
    const after = await written(store.replace(rewrite(before, { state: 'active' }), before.version))
    assert.equal(await store.replace(rewrite(before, { state: 'deleting' }), before.version), undefined)
    assert.deepEqual(await store.read(before.record.id), after)
  },
  'of many replacements of one version exactly one wins': async (store) => {
    const before = await written(store.insert(makeRecord()))
    const { id } = before.record
    await oneWins(store, id, (writeId) => store.replace({ ...before.record, writeId }, before.version))
  },
  'an entry that is absent is not replaced': async (store) => {
    const gone = await written(store.insert(makeRecord()))
    assert.equal(await store.remove(gone.record.id, gone.version), true)
    assert.equal(await store.replace(rewrite(gone, {}), gone.version), undefined)
    assert.equal(await store.read(gone.record.id), undefined)
  },
  'an entry is removed at its current version only, and once': async (store) => {
    const before = await written(store.insert(makeRecord()))
    const after = await written(store.replace(rewrite(before, {}), before.version))
    const { id } = before.record
    assert.equal(await store.remove(id, before.version), false)
    assert.deepEqual(await store.read(id), after)
    assert.equal(await store.remove(id, after.version), true)
    assert.equal(await store.remove(id, after.version), false)
    assert.equal(await store.read(id), undefined)
  },
  'a version does not come back when an entry is made again': async (store) => {
    const first = await written(store.insert(makeRecord()))
    await store.remove(first.record.id, first.version)
    const second = await written(store.insert(first.record))
    assert.notEqual(second.version, first.version)
    assert.equal(await store.replace(rewrite(first, {}), first.version), undefined)
    assert.equal(await store.remove(first.record.id, first.version), false)
    assert.deepEqual(await store.read(first.record.id), second)
  },
  'what was given or answered can be changed without changing what is kept': async (store) => {
    const surplus = ['8:acs:x']
    const stored = await written(store.insert(makeRecord({ surplus })))
    surplus.push('8:acs:y')
    Object.assign(stored.record, { state: 'deleting' })
    const read = await store.read(stored.record.id)
    assert.deepEqual([read?.record.state, read?.record.surplus], ['creating', ['8:acs:x']])
  },
  'subjects of every kind are kept apart and unharmed': async (store) => {
    const records = oddSubjects.map((subject) => makeRecord({ subject }))
    for (const record of records) await written(store.insert(record))
    for (const record of records) assert.deepEqual((await store.read(record.id))?.record, record)
  },
  'every entry is listed once, more than fit on a page': async (store) => {
    const records = Array.from({ length: 230 }, () => makeRecord({ state: 'active' }))
    for (const record of records) await store.insert(record)
    assert.deepEqual(await idsOf(store, { kind: 'all' }), records.map(({ id }) => id).sort())
  },
  'expired entries are listed, those without an end never': async (store) => {
    const [before, at] = [makeRecord({ expiresAtMs: 999 }), makeRecord({ expiresAtMs: 1000 })]
    for (const record of [before, at, makeRecord({ expiresAtMs: 1001 }), makeRecord()])
      await store.insert(record)
    assert.deepEqual(await idsOf(store, { kind: 'expired', atMs: 1000 }), [before.id, at.id].sort())
  },
  'unsettled entries are listed': async (store) => {
    const creating = makeRecord({ state: 'creating' })
    const deleting = makeRecord({ state: 'deleting' })
    const surplus = makeRecord({ state: 'active', surplus: ['8:acs:x'] })
    const unaccounted = makeRecord({ state: 'active', unaccounted: [{ intentId: 'i', atMs: 7 }] })
    for (const record of [creating, deleting, surplus, unaccounted, makeRecord({ state: 'active' })])
      await store.insert(record)
    const expected = [creating.id, deleting.id, surplus.id, unaccounted.id].sort()
    assert.deepEqual(await idsOf(store, { kind: 'unsettled' }), expected)
  },
  'a listed entry can be replaced at the version listed': async (store) => {
    await store.insert(makeRecord())
    for await (const stored of store.list({ kind: 'all' })) {
      await written(store.replace(rewrite(stored, { state: 'active' }), stored.version))
    }
    assert.deepEqual(await idsOf(store, { kind: 'unsettled' }), [])
  },
}

const oddSubjects: readonly Subject[] = [
  { issuer: 'https://a', subject: 'b' },
  { issuer: 'https://ab', subject: '' },
  { issuer: 'https://accounts.google.com', subject: '110169484474386276334' },
  { issuer: 'https://a/?x="\'#', subject: "o'neil\\\n\u0000/?#%" },
  { issuer: 'urn:ünïcode', subject: '😀'.repeat(200) },
  { issuer: '__proto__', subject: 'constructor' },
]

function makeRecord(changes: Partial<CommunicationUserRecord> = {}): CommunicationUserRecord {
  const subject = changes.subject ?? { issuer: 'https://issuer.example', subject: randomUUID() }
  return {
    id: subjectId(subject),
    subject,
    state: 'creating',
    createdAtMs: 1_767_225_600_000,
    surplus: [],
    unaccounted: [],
    writeId: randomUUID(),
    ...changes,
  }
}

function rewrite(
  { record }: StoredCommunicationUser,
  changes: Partial<CommunicationUserRecord>,
): CommunicationUserRecord {
  return { ...record, ...changes, writeId: randomUUID() }
}

async function written(
  write: Promise<StoredCommunicationUser | undefined>,
): Promise<StoredCommunicationUser> {
  const stored = await write
  assert.ok(stored, 'the write was refused')
  return stored
}

async function oneWins(
  store: CommunicationUserStore,
  id: string,
  write: (writeId: string) => Promise<StoredCommunicationUser | undefined>,
): Promise<void> {
  const results = await Promise.all(Array.from({ length: 20 }, () => write(randomUUID())))
  const winners = results.filter((result) => result !== undefined)
  assert.equal(winners.length, 1)
  assert.deepEqual(await store.read(id), winners[0])
}

async function idsOf(store: CommunicationUserStore, query: CommunicationUserQuery): Promise<string[]> {
  const ids: string[] = []
  for await (const { record } of store.list(query)) ids.push(record.id)
  return ids.sort()
}
