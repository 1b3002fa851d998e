/**
 * Two servers in processes of their own, over one Cosmos store.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type LocalAzure, settingsOf } from '@latchkey/local-azure'

export interface ApiProcess {
  readonly url: string
  setOffset(offsetMs: number): Promise<void>
  close(): Promise<void>
}

async function startApiProcess(localAzure: LocalAzure, startedAtMs: number): Promise<ApiProcess> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'api-process.ts'), {
    env: {
      ...process.env,
      ...settingsOf(localAzure.endpoints),
      NODE_ENV: 'development',
      STARTED_AT_MS: String(startedAtMs),
    },
    execArgv: [],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}`,
    setOffset: async (offsetMs) => {
      child.send({ offsetMs })
      await once(child, 'message')
    },
    close: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}

export function startTwoProcesses(localAzure: LocalAzure): Promise<readonly [ApiProcess, ApiProcess]> {
  const startedAtMs = Date.now()
  return Promise.all([startApiProcess(localAzure, startedAtMs), startApiProcess(localAzure, startedAtMs)])
}

/** A refresh at one of the processes. */
export async function refreshAt(
  { url }: ApiProcess,
  refreshToken: string,
): Promise<{ readonly status: number; readonly refreshToken: string | undefined }> {
  const response = await fetch(`${url}/v1/sessions/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  })
  const answer = (await response.json()) as { refreshToken?: string }
  return { status: response.status, refreshToken: answer.refreshToken }
}

export async function signInAt(
  { url }: ApiProcess,
  credentials: object,
): Promise<{ readonly refreshToken: string; readonly accessToken: string }> {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant: 'password', ...credentials }),
  })
  if (response.status !== 201) throw new Error(`Sign-in answered ${response.status}`)
  return (await response.json()) as { refreshToken: string; accessToken: string }
}
