import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRequestSigner } from '@latchkey/common'
import { expect, test } from 'vitest'
import type { Endpoints } from '../../src/index.ts'

const rounds = 50

const script = `
  import { startLocalAzure } from ${JSON.stringify(join(import.meta.dirname, '../../src/index.ts'))}
  const azure = await startLocalAzure({ portBase: 0, data: process.argv[1], throttling: false })
  console.log(JSON.stringify(azure.endpoints))
`

interface Running {
  readonly child: ChildProcess
  readonly communication: Endpoints['communication']
}

async function start(folder: string): Promise<Running> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return { child, communication: (JSON.parse(text) as Endpoints).communication }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

async function createUser({ accessKey, endpoint }: Endpoints['communication']): Promise<{ token: string }> {
  const sign = createRequestSigner(accessKey)
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify({ createTokenWithScopes: ['chat'] }) }
  const response = await fetch(await sign(new Request(`${endpoint}/identities?api-version=2023-10-01`, init)))
  return ((await response.json()) as { accessToken: { token: string } }).accessToken
}

async function call(
  method: string,
  url: string,
  token: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  if (!response.ok) throw new Error(`${method} answered ${response.status}`)
  return (await response.json()) as Record<string, unknown>
}

async function readAll(endpoint: string, path: string, token: string): Promise<string[]> {
  const ids: string[] = []
  let next: string | undefined = `${endpoint}${path}?api-version=2025-03-15&maxPageSize=200`
  while (next !== undefined) {
    const page: Record<string, unknown> = await call('GET', next, token)
    ids.push(...(page['value'] as { id: string }[]).map(({ id }) => id))
    next = page['nextLink'] as string | undefined
  }
  return ids
}

// Item F17 of docs/security.md.
test(`no acknowledged message is lost in ${rounds} rounds of kill -9`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'communication-kill-'))
  const data = join(folder, 'data')
  try {
    let running = await start(data)
    const { token } = await createUser(running.communication)
    const { endpoint } = running.communication
    const made = await call('POST', `${endpoint}/chat/threads?api-version=2025-03-15`, token, {
      topic: 'Kill',
    })
    const path = `/chat/threads/${encodeURIComponent((made['chatThread'] as { id: string }).id)}/messages`
    const acknowledged: string[] = []
    for (let round = 0; round < rounds; round += 1) {
      const url = `${running.communication.endpoint}${path}?api-version=2025-03-15`
      const killAfter = Math.floor(Math.random() * 60)
      const killing = new Promise((resolve) => setTimeout(resolve, killAfter)).then(() => kill(running.child))
      const sender = async (): Promise<void> => {
        for (;;) acknowledged.push(String((await call('POST', url, token, { content: 'x' }))['id']))
      }
      await Promise.allSettled([sender(), sender(), sender(), killing])
      running = await start(data)
      const kept = new Set(await readAll(running.communication.endpoint, path, token))
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([])
    }
    expect(acknowledged.length).toBeGreaterThan(rounds)
    await kill(running.child)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
