/**
 * kill -9 while people are written, again and again on one folder: whatever was acknowledged is there, and it starts.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { beginReady, entraOverview, killWhileWriting } from '../cli/command.ts'

const rounds = 30

test(`${rounds} kills lose nothing that was acknowledged`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-kill-'))
  const acknowledged: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const emails = Array.from({ length: 60 }, (_, index) => `person${round}x${index}@contoso.example`)
    // A different moment in each round.
    const written = await killWhileWriting(await beginReady(folder), emails, 1 + ((round * 7) % 40))
    expect(written.length).toBeGreaterThan(0)
    acknowledged.push(...written)
  }
  const last = await beginReady(folder)
  const text = await entraOverview(last)
  expect(acknowledged.filter((email) => !text.includes(email))).toEqual([])
  last.child.kill('SIGTERM')
  expect((await last.ended).code).toBe(0)
  rmSync(folder, { recursive: true })
})
