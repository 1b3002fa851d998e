import type { Route } from '../route.ts'
import { checkAccountRoutes } from './check-account.ts'
import { createRolePermissionRoutes } from './create-role-permission.ts'
import { getRefreshAndAccessTokenRoutes } from './get-refresh-and-access-token.ts'
import { getResourceTokensRoutes } from './get-resource-tokens.ts'
import { getUserInfoRoutes } from './get-user-info.ts'
import { refreshTokenRoutes } from './refresh-token.ts'
import { updateRoleRoutes } from './update-role.ts'

/** The original's seven functions. */
export const apiRoutes: readonly Route[] = [
  ...checkAccountRoutes,
  ...getRefreshAndAccessTokenRoutes,
  ...getResourceTokensRoutes,
  ...getUserInfoRoutes,
  ...refreshTokenRoutes,
  ...createRolePermissionRoutes,
  ...updateRoleRoutes,
]
