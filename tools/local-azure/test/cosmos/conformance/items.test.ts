import { describe, expect } from 'vitest'
import { check, checkLocally, useTarget } from './target.ts'

const target = useTarget()

describe('items', () => {
  check('item: create answers 201 with system properties', async () => {
    const container = await target.container()
    const { resource, statusCode, etag } = await container.items.create({ id: 'a', pk: 'p', n: 1 })
    expect(statusCode).toBe(201)
    expect(resource).toMatchObject({ id: 'a', pk: 'p', n: 1, _etag: etag, _attachments: 'attachments/' })
    expect(resource?._ts).toBeCloseTo(Date.now() / 1000, -2)
    expect(Buffer.from(String(resource?._rid).replaceAll('-', '/'), 'base64')).toHaveLength(16)
  })

  check('item: create twice is 409', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    await expect(container.items.create({ id: 'a', pk: 'p' })).rejects.toMatchObject({ code: 409 })
  })

  check('item: one id in two partition keys is two items', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    await container.items.create({ id: 'a', pk: 'q', n: 2 })
    expect((await container.item('a', 'q').read()).resource).toMatchObject({ n: 2 })
  })

  check('item: read of nothing is 404 without an exception', async () => {
    const container = await target.container()
    const { statusCode, resource } = await container.item('none', 'p').read()
    expect([statusCode, resource]).toEqual([404, undefined])
  })

  check('item: an id is made when there is none', async () => {
    const container = await target.container()
    const { resource } = await container.items.create({ pk: 'p' })
    expect(resource?.id).toMatch(/^[0-9a-f-]{36}$/)
  })

  check('item: upsert creates, then replaces', async () => {
    const container = await target.container()
    expect((await container.items.upsert({ id: 'a', pk: 'p', n: 1 })).statusCode).toBe(201)
    const { statusCode } = await container.items.upsert({ id: 'a', pk: 'p', m: 2 })
    expect(statusCode).toBe(200)
    const { resource } = await container.item('a', 'p').read()
    expect(resource).toMatchObject({ m: 2 })
    expect(resource).not.toHaveProperty('n')
  })

  check('item: replace keeps the resource id and changes the etag', async () => {
    const container = await target.container()
    const before = (await container.items.create({ id: 'a', pk: 'p' })).resource
    const after = (await container.item('a', 'p').replace({ id: 'a', pk: 'p', n: 1 })).resource
    expect(after?._rid).toBe(before?._rid)
    expect(after?._etag).not.toBe(before?._etag)
  })

  check('item: replace of nothing is 404', async () => {
    const container = await target.container()
    await expect(container.item('a', 'p').replace({ id: 'a', pk: 'p' })).rejects.toMatchObject({ code: 404 })
  })

  check('item: delete, and delete again', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    expect((await container.item('a', 'p').delete()).statusCode).toBe(204)
    await expect(container.item('a', 'p').delete()).rejects.toMatchObject({ code: 404 })
  })

  check('item: system properties of the client are not believed', async () => {
    const container = await target.container()
    const lie = { id: 'a', pk: 'p', _etag: 'mine', _ts: 1, _rid: 'mine' }
    const { resource } = await container.items.create(lie)
    expect(resource?._ts).toBeGreaterThan(1)
    expect([resource?._etag, resource?._rid]).not.toContain('mine')
  })

  check('item: values of all types come back as they were', async () => {
    const container = await target.container()
    const value = {
      text: 'ü "q" \\ \u2028 😀',
      zero: 0,
      big: 1e300,
      small: -1.5e-7,
      yes: true,
      no: null,
      list: [1, [2], {}],
      deep: { a: { b: [] } },
    }
    await container.items.create({ id: 'a', pk: 'p', value })
    expect((await container.item('a', 'p').read()).resource).toMatchObject({ value })
  })

  check('item: odd names of properties are kept', async () => {
    const container = await target.container()
    const body = JSON.parse('{"id":"a","pk":"p","__proto__":{"x":1},"constructor":2,"a b":3,"":4}')
    await container.items.create(body)
    const { resource } = await container.item('a', 'p').read()
    expect(JSON.stringify(resource)).toContain('"__proto__":{"x":1},"constructor":2,"a b":3,"":4')
  })

  check('item: body and header must agree on the partition key', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    await expect(container.item('a', 'p').replace({ id: 'a', pk: 'q' })).rejects.toMatchObject({ code: 400 })
  })

  check('item: replace does not rename', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    await expect(container.item('a', 'p').replace({ id: 'b', pk: 'p' })).rejects.toMatchObject({ code: 400 })
  })

  check('item: partition keys of every type are apart', async () => {
    const container = await target.container()
    const keys = ['1', 1, true, null, 'true', 'null', 1.5]
    for (const pk of keys) await container.items.create({ id: 'a', pk, was: JSON.stringify(pk) })
    for (const pk of keys) {
      expect((await container.item('a', pk as string).read()).resource).toMatchObject({
        was: JSON.stringify(pk),
      })
    }
  })

  check('item: without a partition key', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', n: 1 })
    expect((await container.item('a', undefined).read()).resource).toMatchObject({ n: 1 })
  })

  check('item: a nested partition key', async () => {
    const container = await target.container({ partitionKey: '/address/zip' })
    await container.items.create({ id: 'a', address: { zip: '1010' } })
    expect((await container.item('a', '1010').read()).statusCode).toBe(200)
  })

  check('item: read all of a container', async () => {
    const container = await target.container()
    for (const id of ['a', 'b', 'c']) await container.items.create({ id, pk: id })
    const { resources } = await container.items.readAll().fetchAll()
    expect(resources.map((item) => String(item.id)).sort()).toEqual(['a', 'b', 'c'])
  })

  check('item: delete all of a partition key', async () => {
    const container = await target.container()
    for (const [id, pk] of [
      ['a', 'p'],
      ['b', 'p'],
      ['c', 'q'],
    ])
      await container.items.create({ id: id ?? '', pk })
    await container.deleteAllItemsForPartitionKey('p')
    expect((await container.items.readAll().fetchAll()).resources.map((item) => item.id)).toEqual(['c'])
    expect((await container.item('a', 'p').read()).statusCode).toBe(404)
  })

  check('item: odd ids', async () => {
    const container = await target.container()
    for (const id of ['with space', "quote's", 'ünï', '100%25', 'a+b', 'x:y@z', '{"a":1}']) {
      await container.items.create({ id, pk: 'p' })
      expect((await container.item(id, 'p').read()).resource?.id).toBe(id)
    }
  })
})

describe('conditions', () => {
  check('if-match: the right etag replaces', async () => {
    const container = await target.container()
    const { etag } = await container.items.create({ id: 'a', pk: 'p' })
    const options = { accessCondition: { type: 'IfMatch', condition: etag } }
    expect((await container.item('a', 'p').replace({ id: 'a', pk: 'p' }, options)).statusCode).toBe(200)
  })

  check('if-match: a wrong etag is 412 for replace', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    const options = { accessCondition: { type: 'IfMatch', condition: '"x"' } }
    await expect(container.item('a', 'p').replace({ id: 'a', pk: 'p' }, options)).rejects.toMatchObject({
      code: 412,
    })
  })

  check('if-match: a wrong etag is 412 for delete', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    const options = { accessCondition: { type: 'IfMatch', condition: '"x"' } }
    await expect(container.item('a', 'p').delete(options)).rejects.toMatchObject({ code: 412 })
    expect((await container.item('a', 'p').read()).statusCode).toBe(200)
  })

  check('if-match: a wrong etag is 412 for upsert', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p', n: 1 })
    const options = { accessCondition: { type: 'IfMatch', condition: '"x"' } }
    await expect(container.items.upsert({ id: 'a', pk: 'p', n: 2 }, options)).rejects.toMatchObject({
      code: 412,
    })
  })

  check('if-none-match: the same etag reads 304', async () => {
    const container = await target.container()
    const { etag } = await container.items.create({ id: 'a', pk: 'p' })
    const options = { accessCondition: { type: 'IfNoneMatch', condition: etag } }
    const { statusCode } = await container.item('a', 'p').read(options)
    expect(statusCode).toBe(304)
  })

  check('if-none-match: another etag reads the item', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    const options = { accessCondition: { type: 'IfNoneMatch', condition: '"x"' } }
    expect((await container.item('a', 'p').read(options)).resource?.id).toBe('a')
  })

  check('etags: sixteen writers lose no update', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p', n: 0 })
    const increment = async (): Promise<void> => {
      for (;;) {
        const { resource, etag } = await container.item('a', 'p').read()
        const options = { accessCondition: { type: 'IfMatch', condition: etag } }
        const outcome = await container
          .item('a', 'p')
          .replace({ ...resource, n: resource.n + 1 }, options)
          .then(
            () => 200,
            (error: { code: number }) => error.code,
          )
        if (outcome === 200) return
        expect(outcome).toBe(412)
      }
    }
    const writers = Array.from({ length: 16 }, async () => {
      for (let i = 0; i < 3; i += 1) await increment()
    })
    await Promise.all(writers)
    expect((await container.item('a', 'p').read()).resource?.n).toBe(48)
  })
})

describe('time to live', () => {
  checkLocally('ttl: the container default ends an item', async () => {
    const container = await target.container({ defaultTtl: 60 })
    await container.items.create({ id: 'a', pk: 'p' })
    target.advance(40)
    expect((await container.item('a', 'p').read()).statusCode).toBe(200)
    target.advance(21)
    expect((await container.item('a', 'p').read()).statusCode).toBe(404)
    expect((await container.items.readAll().fetchAll()).resources).toEqual([])
  })

  checkLocally('ttl: an item may live longer, shorter or for ever', async () => {
    const container = await target.container({ defaultTtl: 60 })
    for (const [id, ttl] of [
      ['short', 10],
      ['long', 1000],
      ['ever', -1],
    ] as const)
      await container.items.create({ id, pk: 'p', ttl })
    const left = async (): Promise<unknown[]> =>
      (await container.items.query('SELECT VALUE c.id FROM c').fetchAll()).resources
    target.advance(11)
    expect(await left()).toEqual(['long', 'ever'])
    target.advance(1000)
    expect(await left()).toEqual(['ever'])
  })

  checkLocally('ttl: with -1 only items with their own end', async () => {
    const container = await target.container({ defaultTtl: -1 })
    await container.items.create({ id: 'a', pk: 'p', ttl: 10 })
    await container.items.create({ id: 'b', pk: 'p' })
    target.advance(11)
    expect((await container.items.query('SELECT VALUE c.id FROM c').fetchAll()).resources).toEqual(['b'])
  })

  checkLocally('ttl: a write begins it anew', async () => {
    const container = await target.container({ defaultTtl: 60 })
    await container.items.create({ id: 'a', pk: 'p' })
    target.advance(50)
    await container.items.upsert({ id: 'a', pk: 'p' })
    target.advance(50)
    expect((await container.item('a', 'p').read()).statusCode).toBe(200)
  })

  checkLocally('ttl: the id of an ended item is free again', async () => {
    const container = await target.container({ defaultTtl: 60 })
    await container.items.create({ id: 'a', pk: 'p' })
    target.advance(61)
    expect((await container.items.create({ id: 'a', pk: 'p' })).statusCode).toBe(201)
  })

  checkLocally('ttl: off, the property means nothing', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p', ttl: 5 })
    target.advance(10)
    expect((await container.item('a', 'p').read()).statusCode).toBe(200)
  })

  checkLocally('ttl: changing the default counts for the items there', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    const { resource } = await container.read()
    await container.replace({ ...resource, id: container.id, defaultTtl: 30 } as never)
    target.advance(31)
    expect((await container.item('a', 'p').read()).statusCode).toBe(404)
  })

  check('ttl: a wrong one is refused', async () => {
    const container = await target.container({ defaultTtl: 60 })
    await expect(container.items.create({ id: 'a', pk: 'p', ttl: 'soon' as never })).rejects.toMatchObject({
      code: 400,
    })
  })
})
