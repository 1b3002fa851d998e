/**
 * Which page is shown, and what stands on it.
 */

import type { Journey } from './realm.ts'
import type { Typed } from './typed.ts'

/** What to show. */
export interface Shown {
  readonly journey: Journey
  /** What was wrong with what was typed. */
  readonly problem?: string
  /** What was typed, so that it need not be typed again. */
  readonly typed?: Typed
}
