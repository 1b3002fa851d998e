/**
 * The deployed demo: settings from the environment, one port.
 */

import { resolve } from 'node:path'
import { serve } from '@hono/node-server'
import { parseSettings } from '@latchkey/server'
import { readAssets } from './assets.ts'
import { createDemo } from './create-demo.ts'

const demo = createDemo({
  settings: parseSettings(process.env),
  assets: await readAssets(resolve(import.meta.dirname, '../../dist')),
})
serve({ fetch: demo.fetch, port: Number(process.env['PORT'] ?? 8080) })
