import { execFileSync } from 'node:child_process'
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const documents = globSync('{README.md,packages/*/README.md,tools/local-azure/README.md}', {
  cwd: root,
}).toSorted()
const folder = mkdtempSync(join(tmpdir(), 'latchkey-readme-'))

interface Block {
  readonly document: string
  readonly line: number
  readonly code: string
}

/** Every TypeScript block, after what the comment before it declares: `<!-- setup ... -->` holds what a reader has. */
function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), 'utf8')
  const pattern = /(?:<!-- setup\n([\s\S]*?)-->\s*)?```ts\n([\s\S]*?)```/g
  return [...text.matchAll(pattern)].map((match) => ({
    document,
    line: text.slice(0, match.index).split('\n').length,
    code: `${match[1] ?? ''}${match[2]}\nexport {}\n`,
  }))
}

/** Makes every package the blocks import resolvable, from wherever in the workspace it is installed. */
function linkPackages(blocks: readonly Block[]): void {
  const specifiers = blocks.flatMap(({ code }) =>
    [...code.matchAll(/from '([^.'][^']*)'/g)].map((match) => String(match[1])),
  )
  const names = specifiers
    .filter((name) => !name.startsWith('node:'))
    .map((name) => name.match(/^(@[^/]+\/)?[^/]+/)?.[0])
  for (const name of new Set(['@types/node', ...names])) {
    const [installed] = globSync(`{packages,apps,tools}/*/node_modules/${name}`, { cwd: root })
    if (!name || !installed)
      throw new Error(`A README imports ${name}, which is not installed in the workspace`)
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(realpathSync(join(root, installed)), join(folder, 'node_modules', name), 'dir')
  }
}

describe('the TypeScript in the README files', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is there', () => {
    expect(documents.flatMap(blocksOf).length).toBeGreaterThan(5)
  })

  test('compiles', () => {
    const blocks = documents.flatMap(blocksOf)
    linkPackages(blocks)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    for (const { document, line, code } of blocks) {
      writeFileSync(join(folder, `${document.replaceAll('/', '-')}-line-${line}.ts`), code)
    }
    const compilerOptions = {
      noEmit: true,
      composite: false,
      declaration: false,
      emitDeclarationOnly: false,
      isolatedDeclarations: false,
      lib: ['es2023'],
    }
    const tsconfig = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
    let complaints = ''
    try {
      execFileSync('tsc', ['-p', folder], { cwd: root, encoding: 'utf8', stdio: 'pipe' })
    } catch (error) {
      complaints = String((error as { stdout: string }).stdout)
    }
    expect(complaints).toBe('')
  })
})
