import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { primary } from './fixtures.ts'

async function bundle(entry: string, platform: 'browser' | 'node') {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${entry}`, import.meta.url))],
    ...{ bundle: true, minify: true, format: 'esm', platform, write: false, metafile: true },
  })
  const [output] = Object.values(metafile.outputs)
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return { code: outputFiles[0]?.text ?? '', inputs: inputs.map(([path]) => path) }
}

test('/provider is for browsers: nothing of Node, nothing that signs, at most 2 kB', async () => {
  const { code, inputs } = await bundle('provider.ts', 'browser')
  for (const input of inputs)
    expect(input).toMatch(/^src\/provider(\/[a-z-]+)?\.ts$|^\.\.\/common\/src\/errors\.ts$/)
  expect(inputs.length).toBeGreaterThan(3)
  expect(code).not.toMatch(/node:|require|createHmac|crypto|jsonwebtoken|HS256|subtle|Buffer|process/)
  expect(gzipSync(code).length).toBeLessThanOrEqual(2_000)
})

test('the main entry has what /provider has not: this test could fail', async () => {
  const { code } = await bundle('index.ts', 'node')
  expect(code).toMatch(/createHmac/)
  expect(code).not.toContain(primary)
})
