/**
 * The command, as a process.
 */

import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { begin, beginReady, entraOverview, killWhileWriting } from './command.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('exec', () => {
  test('runs with the settings in its environment and passes on the exit code', async () => {
    const script = join(folder, 'child.mjs')
    writeFileSync(
      script,
      `const { LATCHKEY_METADATA_URL, LATCHKEY_LOCAL_AZURE_URL, IDENTITY_ENDPOINT } = process.env
       const authority = (await (await fetch(LATCHKEY_LOCAL_AZURE_URL + '/endpoints.json')).json()).entra.b2c.authority
       const http = await fetch(LATCHKEY_METADATA_URL)
       const https = await fetch(authority + '/v2.0/.well-known/openid-configuration')
       console.log(http.status, https.status, new URL(IDENTITY_ENDPOINT).pathname)
       process.exit(23)`,
    )
    const { code, stderr, stdout } = await begin(folder, 'exec', `"${process.execPath}" child.mjs`).ended
    expect(stdout).toBe('200 200 /msi/token\n')
    expect(code).toBe(23)
    expect(stderr).toContain('EMULATOR-NOT-FOR-PRODUCTION')
    expect(existsSync(join(folder, '.latchkey'))).toBe(false)
  })

  test('a command that is not there', async () => {
    const { code } = await begin(folder, 'exec', 'no-such-command-at-all').ended
    expect(code).toBe(127)
  })
})

describe('start', () => {
  test('says that it is not Azure, stops at a signal, and keeps what was there', async () => {
    const { child, ended, endpoints } = await beginReady(folder)
    const answer = await fetch(`${endpoints.dashboard.url}/endpoints.json`)
    expect(await answer.json()).toEqual(endpoints)
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/^LOCAL AZURE, NOT FOR PRODUCTION/)
    const again = await beginReady(folder)
    expect(again.endpoints.cosmos.key).toBe(endpoints.cosmos.key)
    again.child.kill('SIGTERM')
    expect((await again.ended).code).toBe(0)
  })

  test('a folder in use, a taken port: one line and exit code 1', async () => {
    const { child, ended } = await beginReady(folder)
    const inUse = await begin(folder, 'start', '--port-base', '0').ended
    expect(inUse.code).toBe(1)
    expect(inUse.stderr).toContain('.latchkey is in use by another local Azure')
    child.kill('SIGTERM')
    await ended
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const taken = await begin(folder, 'start', '--memory', '--port-base', String(port)).ended
    expect(taken.code).toBe(1)
    expect(taken.stderr).toMatch(
      new RegExp(`\\nlatchkey-azure: Port ${port} \\(dashboard\\) is taken\\. .*--port-base \\d+\\n$`),
    )
    server.close()
  })

  test('kill -9 loses nothing that was acknowledged', async () => {
    const emails = Array.from({ length: 60 }, (_, index) => `person${index}@contoso.example`)
    const acknowledged = await killWhileWriting(await beginReady(folder), emails, 25)
    expect(acknowledged.length).toBeGreaterThanOrEqual(25)
    const second = await beginReady(folder)
    const text = await entraOverview(second)
    expect(acknowledged.filter((email) => !text.includes(email))).toEqual([])
    second.child.kill('SIGTERM')
    await second.ended
  })
})

describe('reset', () => {
  test('removes the folder of one that does not run, and empties one that does', async () => {
    const { child, ended, endpoints } = await beginReady(folder)
    const running = await begin(folder, 'reset').ended
    expect(running).toMatchObject({ code: 0, stdout: expect.stringContaining('has begun anew') })
    child.kill('SIGTERM')
    await ended
    expect((await begin(folder, 'reset').ended).code).toBe(0)
    expect(existsSync(join(folder, '.latchkey'))).toBe(false)
    const anew = await beginReady(folder)
    expect(anew.endpoints.cosmos.key).not.toBe(endpoints.cosmos.key)
    anew.child.kill('SIGTERM')
    await anew.ended
  })

  test('leaves a folder alone that is not its own', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'x')
    const { code, stderr } = await begin(folder, 'reset', '--data', '.').ended
    expect([code, stderr]).toEqual([1, expect.stringContaining('holds something that is not a local Azure')])
    expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('x')
  })
})

test.for([
  ['an unknown command', ['fly']],
  ['a port that is none', ['start', '--port-base', 'x']],
  ['a port too high', ['start', '--port-base', '65999']],
])('%s: usage and a failure', async ([, words]) => {
  const { code, stderr } = await begin(folder, ...(words as string[])).ended
  expect(code).toBe(1)
  expect(stderr).toContain('Usage: latchkey-azure')
})
