import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const repository = join(import.meta.dirname, '../../..')

// Copied from there, two scopes make documents that are never summarized and load ever more slowly.
test.for([
  'README.md',
  'packages/fluid/README.md',
  'packages/fluid/src/token-route.ts',
  'packages/fluid/src/signer.ts',
])('whoever may write by an example in %s may summarize too', (file) => {
  const lists = readFileSync(join(repository, file), 'utf8').match(/scopes: \[[^\]]*\]/g) ?? []
  // What a verifier asks for names one scope, and gives none.
  const grants = lists.filter((list) => list.includes('doc:read') && list.includes('doc:write'))
  expect(grants).not.toEqual([])
  for (const grant of grants) expect(grant).toContain('summary:write')
})
