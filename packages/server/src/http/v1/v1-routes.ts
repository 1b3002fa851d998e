import type { Parts } from '../../parts.ts'
import type { Route } from '../route.ts'
import { auditRoutes } from './audit.ts'
import { meRoutes } from './me.ts'
import { metadataRoutes } from './metadata.ts'
import { rolePermissionRoutes } from './role-permissions.ts'
import { sessionRoutes } from './sessions.ts'
import { tokenRoutes } from './tokens.ts'
import { userRoutes } from './users.ts'

/** Every route under /v1 but the document about them. */
export function v1Routes(parts: Parts): readonly Route[] {
  return [
    ...sessionRoutes,
    ...meRoutes,
    ...tokenRoutes(parts),
    ...userRoutes,
    ...rolePermissionRoutes,
    ...auditRoutes,
    ...metadataRoutes,
  ]
}
