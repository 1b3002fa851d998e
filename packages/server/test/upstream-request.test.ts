/** What a service behind may answer: four MiB, counted in bytes and as they come. */

import { expect, test } from 'vitest'
import { requestUpstream } from '../src/upstream-request.ts'

const mebibyte = 1024 * 1024
const ask = (answer: Response) =>
  requestUpstream({ fetch: async () => answer, service: 'graph' }, 'https://graph.test/')

test('what is too long is left where it is', async () => {
  let pulled = 0
  const endless = new ReadableStream({
    pull: (controller) => {
      pulled += 1
      controller.enqueue(new Uint8Array(mebibyte))
    },
  })
  await expect(ask(new Response(endless))).rejects.toMatchObject({
    code: 'ERR_SERVER_UPSTREAM',
    details: { service: 'graph', reason: 'size' },
  })
  expect(pulled).toBeLessThan(10)
})

test('bytes count, not characters', async () => {
  // Three bytes each: 1.5 million characters are 4.3 MiB.
  await expect(ask(new Response(`"${'語'.repeat(1_500_000)}"`))).rejects.toMatchObject({
    details: { reason: 'size' },
  })
  expect((await ask(new Response(`"${'x'.repeat(3 * mebibyte)}"`))).body).toHaveLength(3 * mebibyte)
  expect((await ask(new Response(null, { status: 204 }))).body).toBeUndefined()
})
