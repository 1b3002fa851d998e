/**
 * No rate limits, for tests that are not about them.
 */

import { defaultLimits } from '../../src/http/rate-limit.ts'
import type { AppOptions } from '../../src/index.ts'

export const unlimited: AppOptions = {
  limits: Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, { points: 1e6, seconds: 1 }])),
}
