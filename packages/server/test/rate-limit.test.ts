/**
 * The table of limits in the README is the one the code has.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as localTest } from '@latchkey/local-azure/testing'
import { expect, test } from 'vitest'
import { routesOf } from '../src/http/app.ts'
import { defaultLimits } from '../src/index.ts'
import { createLocalServer } from './support/local-server.ts'

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const rows = [...readme.matchAll(/^\| `(\w+)`\s+\| (\w+)\s+\| ([\d,]+) (a minute|in (\d+) minutes)\s+\|$/gm)]

test('the README names every limit, and how much of what it is', () => {
  const documented = rows.map(([, name, , points = '', , minutes = '1']) => [
    name,
    { points: Number(points.replaceAll(',', '')), seconds: Number(minutes) * 60 },
  ])
  expect(Object.fromEntries(documented)).toEqual(defaultLimits)
  expect(documented.length).toBe(Object.keys(defaultLimits).length)
})

localTest('and what it is counted by: whatever a route spends from is by address', ({ localAzure }) => {
  const spent = new Set(routesOf(createLocalServer(localAzure).latchkey).map(({ limit }) => limit))
  const byAddress = rows.flatMap(([, name, by]) => (by === 'address' ? [name] : []))
  expect(new Set(byAddress)).toEqual(spent)
  const others = Object.fromEntries(
    rows.flatMap(([, name = '', by]) => (by === 'address' ? [] : [[name, by]])),
  )
  expect(others).toEqual({ account: 'account', session: 'session', functionKey: 'key' })
})
