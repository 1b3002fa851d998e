import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyWorkspace, type WorkspaceCopy } from './workspace-copy.ts'

// Each is put together here, so that this file itself holds none.
const secrets = [
  `endpoint=https://x/;accesskey=${'Ab9/'.repeat(20)}AbCdEA==`,
  `AccountEndpoint=https://x;AccountKey=${'Ab9/'.repeat(21)}Ab==`,
  `secret: 'abc8${'Q~'}${'x7Yz'.repeat(8)}'`,
  `${'eyJ'}hbGciOiJIUzI1NiJ9.${'eyJ'}zdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLWJ5dGVz`,
  `http://x/api/RefreshToken?${'refresh_token'}=0123456789abcdef0123`,
  `${'type=resource'}&ver=1&sig=m32/00W65F8ADb3psljJ0g==;v0kQ;`,
  `${'ghp'}_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`,
]

// Every defect is planted alone in a copy of the workspace, and the step must fail by its name: that nothing else fails
// is what `pnpm check` itself shows.
const defects = [
  {
    what: 'an import of a package above, undeclared',
    step: 'layers',
    path: 'packages/common/src/planted.ts',
    content: "import { version } from '@latchkey/server'\n\nexport const planted = version\n",
    says: '@latchkey/server',
  },
  {
    what: 'a relative import into another package',
    step: 'layers',
    path: 'packages/fluid/src/planted.ts',
    content: "import { planted } from '../../identity/src/index.ts'\n\nexport const copy = planted\n",
    says: 'leaves the package',
  },
  {
    what: 'a package that imports a tool',
    step: 'lint',
    path: 'packages/server/src/planted.ts',
    content:
      "import { startLocalAzure } from '@latchkey/local-azure'\n\nexport const planted: unknown = startLocalAzure\n",
    says: 'No package or app imports a tool',
  },
  {
    what: 'a file over 300 lines',
    step: 'lint',
    path: 'packages/common/src/planted.ts',
    content: `${Array.from({ length: 301 }, (_, line) => `export const planted${line} = ${line}`).join('\n')}\n`,
    says: 'noExcessiveLinesPerFile',
  },
  {
    what: 'a type error',
    step: 'types',
    path: 'packages/common/src/planted.ts',
    content: "export const planted: number = 'text'\n",
    says: 'TS2322',
  },
  {
    what: 'a floating promise',
    step: 'promises',
    path: 'packages/common/src/planted.ts',
    content: "export function planted(): void {\n  crypto.subtle.digest('SHA-256', new Uint8Array())\n}\n",
    says: 'no-floating-promises',
  },
  {
    what: 'an unused export',
    step: 'dead-code',
    path: 'packages/common/src/planted.ts',
    content: 'export const planted = 1\n',
    says: 'planted',
  },
  {
    what: 'secrets of every kind',
    step: 'secrets',
    path: 'packages/common/src/planted.ts',
    content: secrets.map((sample) => `// ${sample}\n`).join(''),
    says: 'planted.ts',
  },
]

// Checking the types of everything from nothing takes its time.
describe('check', { timeout: 240_000 }, () => {
  let copy: WorkspaceCopy
  beforeAll(() => {
    copy = copyWorkspace()
  })
  afterAll(() => copy.remove())

  test.for(defects)('$step fails for $what', ({ step, path, content, says }) => {
    const { passed, output } = copy.checkWith(step, path, content)
    expect(output).toContain(says)
    expect(output).toMatch(/planted/)
    expect(passed).toBe(false)
    // One finding for each line, or a kind would have slipped through.
    for (const line of step === 'secrets' ? secrets.keys() : [])
      expect(output).toMatch(new RegExp(`^ +${line + 1}:`, 'm'))
  })
})
