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
      const page = request.method === 'GET' ? pagesFor[pathname] : undefined
      // A browser asks for a page; the answers of the control API are for programs.
      if (page !== undefined && request.headers.get('accept')?.includes('text/html') === true) {
        return new Response(null, { status: 303, headers: { Location: page, Vary: 'Accept' } })
      }
      return api.fetch(request)
    },
  }
}

const pagesFor: Readonly<Record<string, string>> = {
  '/clock': '/controls',
  '/faults': '/controls',
  '/overview': '/',
  '/requests': '/log',
}

const controlPaths = new Set(['/endpoints.json', '/clock', '/faults', '/reset', '/requests', '/overview'])
