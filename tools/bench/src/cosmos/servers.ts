/**
 * The two servers of the Cosmos row, each a process of its own, ours as JavaScript like the peer's.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

/** A running server. */
export interface Server {
  readonly endpoint: string
  readonly key: string
  /** From the start of the process to its first answer. */
  readonly readyMs: number
  /** Resident memory in MB; Linux only. */
  memory(): number
  stop(): Promise<void>
}

// The peer looks at no key, but the SDK wants one of the right form.
const anyKey = Buffer.alloc(64, 1).toString('base64')

/** Bundles our server once and answers a function that starts it with data on disk. */
export async function prepareLatchkey(): Promise<{ start(): Promise<Server>; clear(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-cosmos-'))
  const script = join(folder, 'server.mjs')
  const contents = `
    import { startCosmos } from '@latchkey/local-azure/cosmos'
    const [, , port, file] = process.argv
    const { key } = await startCosmos({ port: Number(port), file, throttling: false })
    console.log(key)
  `
  const stdin = { contents, resolveDir: import.meta.dirname }
  // Packages that are not written as ES modules look for require.
  const banner = {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
  }
  await build({
    stdin,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    banner,
    logLevel: 'error',
  })
  let count = 0
  return {
    start: async () => {
      count += 1
      const port = await freePort()
      return await start([script, String(port), join(folder, `data-${count}.sqlite`)], port)
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Starts `@vercel/cosmosdb-server`, which keeps its data in memory. */
export async function startVercel(peerFolder: string): Promise<Server> {
  const port = await freePort()
  const script = join(peerFolder, 'node_modules/@vercel/cosmosdb-server/lib/cli.js')
  return await start([script, '-p', String(port), '--no-ssl'], port)
}

async function start(args: readonly string[], port: number): Promise<Server> {
  const began = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const endpoint = `http://127.0.0.1:${port}/`
  while (!(await isUp(endpoint))) await new Promise((resolve) => setTimeout(resolve, 3))
  const readyMs = performance.now() - began
  const key = /^[A-Za-z0-9+/]{80,}={0,2}$/m.exec(output)?.[0] ?? anyKey
  return { endpoint, key, readyMs, memory: () => memoryOf(child), stop: () => stop(child) }
}

async function isUp(endpoint: string): Promise<boolean> {
  return await fetch(endpoint).then(
    async (response) => {
      await response.arrayBuffer()
      return true
    },
    () => false,
  )
}

function memoryOf(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
