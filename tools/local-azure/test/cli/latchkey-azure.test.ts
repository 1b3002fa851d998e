/**
 * The command, as a process.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Endpoints } from '../../src/index.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function begin(...words: readonly string[]): {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  heard(): string
} {
  const child = spawn(process.execPath, [main, ...words], { cwd: folder })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }))
  return { child, ended, heard: () => stdout }
}

async function beginReady(
  ...words: readonly string[]
): Promise<{ child: ChildProcess; ended: Promise<Ended>; endpoints: Endpoints }> {
  const { child, ended, heard } = begin('start', '--json', '--port-base', '0', ...words)
  const parse = (): Endpoints | undefined => {
    try {
      return JSON.parse(heard()) as Endpoints
    } catch {
      return undefined
    }
  }
  let endpoints = parse()
  while (!endpoints) {
    await once(child.stdout ?? child, 'data')
    endpoints = parse()
  }
  return { child, ended, endpoints }
}

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
    const { code, stderr, stdout } = await begin('exec', `"${process.execPath}" child.mjs`).ended
    expect(stdout).toBe('200 200 /msi/token\n')
    expect(code).toBe(23)
    expect(stderr).toContain('EMULATOR-NOT-FOR-PRODUCTION')
    expect(existsSync(join(folder, '.latchkey'))).toBe(false)
  })

  test('a command that is not there', async () => {
    const { code } = await begin('exec', 'no-such-command-at-all').ended
    expect(code).toBe(127)
  })
})

describe('start', () => {
  test('says that it is not Azure, stops at a signal, and keeps what was there', async () => {
    const { child, ended, endpoints } = await beginReady()
    const answer = await fetch(`${endpoints.dashboard.url}/endpoints.json`)
    expect(await answer.json()).toEqual(endpoints)
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/^LOCAL AZURE, NOT FOR PRODUCTION/)
    const again = await beginReady()
    expect(again.endpoints.cosmos.key).toBe(endpoints.cosmos.key)
    again.child.kill('SIGTERM')
    expect((await again.ended).code).toBe(0)
  })

  test('a folder in use, a taken port: one line and exit code 1', async () => {
    const { child, ended } = await beginReady()
    const inUse = await begin('start', '--port-base', '0').ended
    expect(inUse.code).toBe(1)
    expect(inUse.stderr).toContain('.latchkey is in use by another local Azure')
    child.kill('SIGTERM')
    await ended
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const taken = await begin('start', '--memory', '--port-base', String(port)).ended
    expect(taken.code).toBe(1)
    expect(taken.stderr).toMatch(
      new RegExp(`\\nlatchkey-azure: Port ${port} \\(dashboard\\) is taken\\. .*--port-base \\d+\\n$`),
    )
    server.close()
  })

  test('kill -9 loses nothing that was acknowledged', async () => {
    const { child, endpoints } = await beginReady()
    const { clientId, clientSecret, endpoint, tokenEndpoint } = endpoints.graph
    const scope = 'https://graph.microsoft.com/.default'
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }
    const granted = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) })
    const { access_token: token } = (await granted.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const acknowledged: string[] = []
    const killed = once(child, 'close')
    const write = async (index: number): Promise<void> => {
      const email = `person${index}@contoso.example`
      const identity = {
        signInType: 'emailAddress',
        issuer: 'contoso.onmicrosoft.com',
        issuerAssignedId: email,
      }
      const body = {
        accountEnabled: true,
        displayName: email,
        identities: [identity],
        passwordProfile: { password: 'Long-Enough-1' },
      }
      const answer = await fetch(`${endpoint}/users`, { method: 'POST', headers, body: JSON.stringify(body) })
      if (answer.status === 201) acknowledged.push(email)
      if (acknowledged.length === 25) child.kill('SIGKILL')
    }
    await Promise.allSettled(Array.from({ length: 60 }, (_, index) => write(index)))
    await killed
    expect(acknowledged.length).toBeGreaterThanOrEqual(25)
    const second = await beginReady()
    const overview = await fetch(`${second.endpoints.dashboard.url}/overview?service=entra`)
    const text = await overview.text()
    expect(acknowledged.filter((email) => !text.includes(email))).toEqual([])
    second.child.kill('SIGTERM')
    await second.ended
  })
})

describe('reset', () => {
  test('removes the folder of one that does not run, and empties one that does', async () => {
    const { child, ended, endpoints } = await beginReady()
    const running = await begin('reset').ended
    expect(running).toMatchObject({ code: 0, stdout: expect.stringContaining('has begun anew') })
    child.kill('SIGTERM')
    await ended
    expect((await begin('reset').ended).code).toBe(0)
    expect(existsSync(join(folder, '.latchkey'))).toBe(false)
    const anew = await beginReady()
    expect(anew.endpoints.cosmos.key).not.toBe(endpoints.cosmos.key)
    anew.child.kill('SIGTERM')
    await anew.ended
  })

  test('leaves a folder alone that is not its own', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'x')
    const { code, stderr } = await begin('reset', '--data', '.').ended
    expect([code, stderr]).toEqual([1, expect.stringContaining('holds something that is not a local Azure')])
    expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('x')
  })
})

test.for([
  ['an unknown command', ['fly']],
  ['a port that is none', ['start', '--port-base', 'x']],
  ['a port too high', ['start', '--port-base', '65999']],
])('%s: usage and a failure', async ([, words]) => {
  const { code, stderr } = await begin(...(words as string[])).ended
  expect(code).toBe(1)
  expect(stderr).toContain('Usage: latchkey-azure')
})
