#!/usr/bin/env node
/**
 * The command `latchkey-azure`.
 */

import process from 'node:process'
import { isLatchkeyError } from '@latchkey/common'
import { createProgram } from './program.ts'

try {
  process.exitCode = await createProgram().run(process.argv)
} catch (error) {
  // What we throw on purpose says all there is to say; anything else is a fault of ours and shows where.
  console.error(isLatchkeyError(error) ? `latchkey-azure: ${error.message}` : error)
  process.exitCode = 1
}
