/**
 * The command `latchkey-azure` as a process of its own.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Endpoints } from '../../src/index.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Begun {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  heard(): string
}

export interface Ready extends Begun {
  readonly endpoints: Endpoints
}

/** Begins the command in `folder`. */
export function begin(folder: string, ...words: readonly string[]): Begun {
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

/** Begins `start` on free ports and waits until it is ready. */
export async function beginReady(folder: string, ...words: readonly string[]): Promise<Ready> {
  const begun = begin(folder, 'start', '--json', '--port-base', '0', ...words)
  const parse = (): Endpoints | undefined => {
    try {
      return JSON.parse(begun.heard()) as Endpoints
    } catch {
      return undefined
    }
  }
  let endpoints = parse()
  while (!endpoints) {
    const told = await Promise.race([once(begun.child.stdout ?? begun.child, 'data'), begun.ended])
    if ('code' in told) throw new Error(`It ended: ${told.stderr}`)
    endpoints = parse()
  }
  return { ...begun, endpoints }
}

/** Writes people through Graph, all at once, and kills the process when `enough` were acknowledged. Answers those. */
export async function killWhileWriting(
  { child, endpoints }: Ready,
  emails: readonly string[],
  enough: number,
): Promise<readonly string[]> {
  const { clientId, clientSecret, endpoint, tokenEndpoint } = endpoints.graph
  const scope = 'https://graph.microsoft.com/.default'
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }
  const granted = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: token } = (await granted.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const acknowledged: string[] = []
  const killed = once(child, 'close')
  const write = async (email: string): Promise<void> => {
    const identity = {
      signInType: 'emailAddress',
      issuer: 'contoso.onmicrosoft.com',
      issuerAssignedId: email,
    }
    const passwordProfile = { password: 'Long-Enough-1' }
    const body = { accountEnabled: true, displayName: email, identities: [identity], passwordProfile }
    const answer = await fetch(`${endpoint}/users`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (answer.status !== 201) return
    acknowledged.push(email)
    if (acknowledged.length === enough) child.kill('SIGKILL')
  }
  await Promise.allSettled(emails.map(write))
  await killed
  return acknowledged
}

/** What the Entra service says of itself. */
export async function entraOverview({ endpoints }: Ready): Promise<string> {
  return (await fetch(`${endpoints.dashboard.url}/overview?service=entra`)).text()
}
