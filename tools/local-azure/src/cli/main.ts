#!/usr/bin/env node
/**
 * The command `latchkey-azure`.
 */

import process from 'node:process'
import { isLatchkeyError } from '@latchkey/common'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`latchkey-azure needs Node 22.19 or later; this is ${process.versions.node}`)
  process.exit(1)
}

try {
  const { createProgram } = await import('./program.ts')
  process.exitCode = await createProgram().run(process.argv)
} catch (error) {
  // What we throw on purpose says all there is to say; anything else is a fault of ours and shows where.
  console.error(isLatchkeyError(error) ? `latchkey-azure: ${error.message}` : error)
  process.exitCode = 1
}
