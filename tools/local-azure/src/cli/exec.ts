/**
 * `latchkey-azure exec "COMMAND"`.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Endpoints } from '../endpoints.ts'
import { settingsOf } from '../settings.ts'
import { type LocalAzureOptions, startLocalAzure } from '../start-local-azure.ts'
import { printBanner } from './banner.ts'

/** Starts, runs a command, stops. Answers the command's exit code, or 128 and the number of the signal that ended it. */
export async function runExec(command: string, options: LocalAzureOptions): Promise<number> {
  printBanner()
  const localAzure = await startLocalAzure(options)
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  try {
    const authorityFile = join(folder, 'ca.pem')
    writeFileSync(authorityFile, localAzure.endpoints.certificateAuthority)
    return await run(command, environmentOf(localAzure.endpoints, authorityFile))
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await localAzure.close()
  }
}

/** What the command finds in its environment besides ours. */
function environmentOf(endpoints: Endpoints, authorityFile: string): Record<string, string> {
  const { dashboard, entra } = endpoints
  return {
    // Keys of local Azure count in development only.
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    ...settingsOf(endpoints),
    LATCHKEY_LOCAL_AZURE_URL: dashboard.url,
    NODE_EXTRA_CA_CERTS: authorityFile,
    // Where the managed identity of App Service is found.
    IDENTITY_ENDPOINT: entra.managedIdentity.endpoint,
    IDENTITY_HEADER: entra.managedIdentity.header,
  }
}

function run(command: string, environment: Record<string, string>): Promise<number> {
  const child = spawn(command, { shell: true, stdio: 'inherit', env: { ...process.env, ...environment } })
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  const forwarded: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of forwarded) process.on(signal, forward)
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  }).finally(() => {
    for (const signal of forwarded) process.off(signal, forward)
  })
}
