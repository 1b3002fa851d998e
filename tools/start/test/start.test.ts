import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'

const main = resolve(import.meta.dirname, '../src/main.ts')
// A block that neither a running `pnpm start` nor another test uses.
const portBase = 21_280

// The first start of a fresh clone builds the demo.
describe('start', { timeout: 120_000 }, () => {
  const cleanUp: (() => unknown)[] = []
  afterEach(async () => {
    for (const step of cleanUp.splice(0)) await step()
  })

  function start(...args: string[]): {
    process: ChildProcess
    output: () => string
    until: (text: string) => Promise<void>
  } {
    const child = spawn(process.execPath, [main, '--memory', '--port-base', String(portBase), ...args])
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)))
    cleanUp.push(() => child.kill('SIGKILL'))
    const until = async (text: string): Promise<void> => {
      while (!output.includes(text) && child.exitCode === null) {
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'exit')])
      }
      expect(output).toContain(text)
    }
    return { process: child, output: () => output, until }
  }

  async function take(port: number): Promise<void> {
    const server: Server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    cleanUp.push(() => new Promise((closed) => server.close(closed)))
  }

  async function isListening(port: number): Promise<boolean> {
    const socket = connect(port, '127.0.0.1')
    return await new Promise((answer) => {
      socket.once('connect', () => answer(true)).once('error', () => answer(false))
    }).then((listening) => {
      socket.destroy()
      return listening as boolean
    })
  }

  test('prints where everything is, serves it, and leaves nothing on Ctrl-C', async () => {
    const { process: child, until } = start()
    await until('Ctrl-C stops')
    const page = await fetch(`http://127.0.0.1:${portBase + 6}/`)
    expect(await page.text()).toContain('<title>Latchkey demo</title>')
    const health = await fetch(`http://127.0.0.1:${portBase + 5}/v1/health`)
    expect(health.status).toBe(200)
    const exited = once(child, 'exit')
    child.kill('SIGINT')
    expect(await exited).toEqual([0, null])
    const ports = Array.from({ length: 14 }, (_, offset) => portBase + offset)
    expect(await Promise.all(ports.map(isListening))).toEqual(ports.map(() => false))
  })

  test.for([
    [0, 'dashboard'],
    [3, 'cosmos'],
    [5, 'api'],
    [6, 'demo'],
    [12, 'communicationHttps'],
  ] as const)('names port +%d when it is taken, and the way out', async ([offset, part]) => {
    await take(portBase + offset)
    const { process: child, output } = start()
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(output()).toContain(`Port ${portBase + offset} (${part}) is taken`)
    expect(output()).toContain('--port-base')
    expect(output()).not.toContain('    at ')
  })

  test('names the lowest of several, and a block that works', async () => {
    await take(portBase + 12)
    await take(portBase + 6)
    await take(portBase + 1_003)
    const { process: child, output } = start()
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(output()).toBe(
      `Port ${portBase + 6} (demo) is taken. A free block of ports: --port-base ${portBase + 2_000}\n`,
    )
  })

  test('prints endpoints.json for machines', async () => {
    const { output, until } = start('--json')
    await until('\n}\n')
    expect(JSON.parse(output())).toMatchObject({ demo: { url: `http://127.0.0.1:${portBase + 6}` } })
  })
})
