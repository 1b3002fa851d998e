import { PermissionMode, type RequestOptions } from '@azure/cosmos'
import { describe, expect } from 'vitest'
import { check, useTarget } from './target.ts'

const target = useTarget()

/** Something with an etag, and the requests that change it. */
interface Changeable {
  readonly changes: readonly ((options: RequestOptions) => Promise<unknown>)[]
  read(): Promise<{ readonly resource?: object | undefined }>
}

const kinds: Record<string, () => Promise<Changeable>> = {
  'a database': async () => {
    const { database } = await target.client.databases.create({ id: target.unique('db') })
    return { read: () => database.read(), changes: [(options) => database.delete(options)] }
  },
  'a container': async () => {
    const container = await target.container()
    const definition = { id: container.id, partitionKey: { paths: ['/pk'] }, defaultTtl: 60 }
    return {
      read: () => container.read(),
      changes: [(options) => container.replace(definition, options), (options) => container.delete(options)],
    }
  },
  'an item': async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    const item = container.item('a', 'p')
    return {
      read: () => item.read(),
      changes: [
        (options) => container.items.upsert({ id: 'a', pk: 'p', n: 1 }, options),
        (options) => item.replace({ id: 'a', pk: 'p', n: 1 }, options),
        (options) => item.patch([{ op: 'set', path: '/n', value: 2 }], options),
        (options) => item.delete(options),
      ],
    }
  },
  'a user': async () => {
    const { user } = await target.database.users.create({ id: target.unique('u') })
    return {
      read: () => user.read(),
      changes: [(options) => user.replace({ id: user.id }, options), (options) => user.delete(options)],
    }
  },
  'a permission': async () => {
    const { user } = await target.database.users.create({ id: target.unique('u') })
    const resource = `dbs/${target.database.id}/colls/${(await target.container()).id}`
    const definition = { id: 'x', permissionMode: PermissionMode.Read, resource } as never
    await user.permissions.create(definition)
    const permission = user.permission('x')
    return {
      read: () => permission.read(),
      changes: [
        (options) => user.permissions.upsert(definition, options),
        (options) => permission.replace(definition, options),
        (options) => permission.delete(options),
      ],
    }
  },
  'an offer': async () => {
    const { offer, resource } = await (await target.container({ throughput: 400 })).readOffer()
    if (!offer || !resource) throw new Error('no offer')
    return { read: () => offer.read(), changes: [(options) => offer.replace(resource, options)] }
  },
}

const ifMatch = (condition: string): RequestOptions => ({ accessCondition: { type: 'IfMatch', condition } })

describe('conditions', () => {
  for (const [name, create] of Object.entries(kinds)) {
    check(`if-match: ${name} is changed by who knows its etag`, async () => {
      const { changes, read } = await create()
      for (const change of changes) {
        const before = (await read()).resource
        await expect(change(ifMatch('"x"'))).rejects.toMatchObject({ code: 412 })
        expect(etagOf((await read()).resource)).toBe(etagOf(before))
        await change(ifMatch(etagOf(before)))
      }
    })
  }

  check('if-match: nothing that is not there matches', async () => {
    const { items } = await target.container()
    await expect(items.upsert({ id: 'a', pk: 'p' }, ifMatch('"x"'))).rejects.toMatchObject({ code: 412 })
    const upsert = target.database.users.upsert({ id: target.unique('u') }, ifMatch('"x"'))
    await expect(upsert).rejects.toMatchObject({ code: 412 })
  })
})

function etagOf(resource: object | undefined): string {
  return String(Reflect.get(resource ?? {}, '_etag'))
}
