/**
 * The README's calls of the seven functions and those of the dashboard, pasted into a shell.
 */

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Everything, startEverything } from '@latchkey/start'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)

describe.skipIf(process.platform === 'win32')('pasted into a shell', () => {
  let folder: string
  let everything: Everything
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-calls-'))
    everything = await startEverything({ portBase: 0, data: join(folder, '.latchkey') })
  })
  afterAll(async () => {
    await everything?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  // Each answer is one line of JSON; curl ends none of them.
  async function answersOf(script: string): Promise<unknown[]> {
    const withBreaks = script.replaceAll(/^curl /gm, "curl -s -w '\\n' ")
    const { stdout } = await run('sh', ['-e', '-c', withBreaks], { cwd: folder })
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  }

  const roleOf = async (email: string): Promise<unknown> => {
    const { api, users } = everything.endpoints
    const password = users.find((user) => user.email === email)?.password ?? ''
    const query = new URLSearchParams({ email, password, code: api.functionKey })
    const answer = await fetch(`${api.functionsUrl}/GetRefreshAndAccessToken?${query}`)
    return ((await answer.json()) as { group: unknown }).group
  }

  test('the README’s calls are all answered, and the last one makes somebody an editor', async () => {
    const readme = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8')
    const section = readme.split('## The seven functions')[1]?.split('\n## ')[0] ?? ''
    const script = /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? ''
    expect(await roleOf('test@test.com')).toBe('new')
    const answers = await answersOf(script)
    expect(answers).toHaveLength(6)
    for (const answer of answers) expect(answer).toMatchObject({ success: true })
    expect(await roleOf('test@test.com')).toBe('editor')
  })

  test('all calls of the dashboard, copied at once', async () => {
    const html = await (await fetch(`${everything.endpoints.dashboard.url}/functions`)).text()
    const copied = /data-copy="([^"]*)" aria-label="Copy all calls"/.exec(html)?.[1] ?? ''
    const script = copied.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
    const answers = await answersOf(script)
    expect(answers).toHaveLength(7)
    for (const answer of answers) expect(answer).toMatchObject({ success: true })
  })
})
