/** A row of the app's `User` container, as both surfaces answer it. */

import { z } from 'zod'

/** What every row has; the other columns are the app's own. */
export const userRowSchema: z.ZodType = z.looseObject({
  id: z.string(),
  partition: z.string(),
  email: z.string().optional(),
})
