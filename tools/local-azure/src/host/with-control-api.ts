/**
 * Puts the control API in front of the dashboard's pages.
 */

import type { LocalService } from './service.ts'

/** The service with `api` asked first; what it does not know goes to the service. */
export function withControlApi(
  service: LocalService,
  api: { fetch(request: Request): Response | Promise<Response> },
): LocalService {
  return {
    ...service,
    fetch: async (request, context) => {
      const { pathname } = new URL(request.url)
      if (!controlPaths.has(pathname)) return service.fetch(request, context)
      return api.fetch(request)
    },
  }
}

const controlPaths = new Set(['/endpoints.json', '/clock', '/faults', '/reset', '/requests', '/overview'])
