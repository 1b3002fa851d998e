/**
 * The data folder: what is refused, what is kept, and what survives the process.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDataDirectory, removeDataDirectory } from '../../src/host/data-directory.ts'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import { signInAt } from '../entra/sign-in.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('E8: a folder says what it is', () => {
  test('a new one is marked, for the owner only, and never in a commit', () => {
    const path = join(folder, 'deep', 'data')
    openDataDirectory(path).close()
    expect(JSON.parse(readFileSync(join(path, 'latchkey.json'), 'utf8'))).toEqual({
      emulator: true,
      marker: 'EMULATOR-NOT-FOR-PRODUCTION',
      format: 1,
    })
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('*\n')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  test.for<readonly [name: string, file: string, text: string, code: string]>([
    ['holds something else', 'photo.jpg', 'x', 'ERR_LOCAL_AZURE_FOREIGN_FOLDER'],
    ['has a mark of something else', 'latchkey.json', '{}', 'ERR_LOCAL_AZURE_FOREIGN_FOLDER'],
    ['has a torn mark', 'latchkey.json', '{"emulator":', 'ERR_LOCAL_AZURE_FOREIGN_FOLDER'],
    [
      'is of a later version',
      'latchkey.json',
      '{"marker":"EMULATOR-NOT-FOR-PRODUCTION","format":2}',
      'ERR_LOCAL_AZURE_FORMAT',
    ],
  ])('one that %s is refused, untouched', ([, file, text, code]) => {
    writeFileSync(join(folder, file), text)
    expect(() => openDataDirectory(folder)).toThrow(expect.objectContaining({ code }))
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text)
  })

  test('removing refuses a folder that is not ours', () => {
    mkdirSync(join(folder, 'photos'))
    expect(() => removeDataDirectory(folder)).toThrow(
      expect.objectContaining({ code: 'ERR_LOCAL_AZURE_FOREIGN_FOLDER' }),
    )
    expect(existsSync(join(folder, 'photos'))).toBe(true)
  })

  test('one in use is refused, and free again afterwards', () => {
    const path = join(folder, 'data')
    const first = openDataDirectory(path)
    expect(() => openDataDirectory(path)).toThrow(expect.objectContaining({ code: 'ERR_LOCAL_AZURE_IN_USE' }))
    expect(() => removeDataDirectory(path)).toThrow(
      expect.objectContaining({ code: 'ERR_LOCAL_AZURE_IN_USE' }),
    )
    first.close()
    openDataDirectory(path).close()
    removeDataDirectory(path)
    expect(existsSync(path)).toBe(false)
  })
})

test('a second start is told which one has the folder, and the ways out', async () => {
  const data = join(folder, 'data')
  const first = await startLocalAzure({ portBase: 0, data })
  const { url } = first.endpoints.dashboard
  await expect(startLocalAzure({ portBase: 0, data })).rejects.toMatchObject({
    code: 'ERR_LOCAL_AZURE_IN_USE',
    message: `${data} is in use by another local Azure at ${url} (process ${process.pid}). Stop that one, or start with --memory or --data DIR`,
  })
  await first.close()
})

describe('a restart', () => {
  const start = (): Promise<LocalAzure> =>
    startLocalAzure({ portBase: 0, data: join(folder, 'data'), throttling: false })

  test('keeps the clock where it was moved to, so that nobody lies in the future', async () => {
    const first = await start()
    first.clock.advanceSeconds(7_200)
    await first.reset()
    await first.close()

    const second = await start()
    expect(second.clock.offsetMs).toBe(7_200_000)
    const { b2c } = second.endpoints.entra
    const signedIn = await fetch(
      b2c.ropcMetadata.replace('v2.0/.well-known/openid-configuration', 'oauth2/v2.0/token'),
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'password',
          client_id: b2c.clientId,
          scope: `openid ${b2c.clientId}`,
          username: 'test@test.com',
          password: 'abc',
        }),
      },
    )
    expect(signedIn.status).toBe(200)
    await second.close()
  })

  test('keeps people, keys, certificates and refresh tokens', async () => {
    const first = await start()
    const { b2c } = first.endpoints.entra
    const authorize = `${b2c.metadata.split('/v2.0/')[0]}/oauth2/v2.0/authorize`
    const query = new URLSearchParams({
      client_id: b2c.clientId,
      redirect_uri: 'http://localhost:1/',
      response_type: 'code',
      scope: `openid ${b2c.clientId} offline_access`,
    })
    const carol = {
      action: 'sign-up',
      email: 'carol@contoso.example',
      password: 'Long-Enough-1',
      more: { name: 'Carol' },
    }
    await signInAt(`${authorize}?${query}`, carol)
    const ropc = (azure: LocalAzure): string =>
      azure.endpoints.entra.b2c.ropcMetadata.replace(
        'v2.0/.well-known/openid-configuration',
        'oauth2/v2.0/token',
      )
    const post = async (url: string, form: Record<string, string>): Promise<Record<string, string>> =>
      (await fetch(url, { method: 'POST', body: new URLSearchParams(form) })).json() as Promise<
        Record<string, string>
      >
    const granted = await post(ropc(first), {
      grant_type: 'password',
      client_id: b2c.clientId,
      scope: `openid ${b2c.clientId} offline_access`,
      username: carol.email,
      password: carol.password,
    })
    expect(granted['refresh_token']).toBeTruthy()
    await first.close()

    const second = await start()
    const { communication, cosmos, fluid } = second.endpoints
    expect(second.endpoints.certificateAuthority).toBe(first.endpoints.certificateAuthority)
    expect([communication.accessKey, cosmos.key, fluid.primaryKey]).toEqual([
      first.endpoints.communication.accessKey,
      first.endpoints.cosmos.key,
      first.endpoints.fluid.primaryKey,
    ])
    const refreshed = await post(ropc(second), {
      grant_type: 'refresh_token',
      client_id: b2c.clientId,
      refresh_token: granted['refresh_token'] ?? '',
    })
    const header = (token = ''): unknown =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
    // The same key still signs.
    expect(header(refreshed['id_token'])).toEqual(header(granted['id_token']))
    const written = JSON.parse(readFileSync(join(folder, 'data', 'endpoints.json'), 'utf8'))
    expect(written).toEqual(second.endpoints)
    await second.close()
  })
})
