import type { LocalService, ServiceHost } from '../host/service.ts'

/** The dashboard service of local Azure. */
export function createDashboardService(_host: ServiceHost): LocalService {
  return {
    name: 'dashboard',
    fetch: () => Response.json({ error: { code: 'NotFound', message: 'No such route.' } }, { status: 404 }),
    reset: () => undefined,
    close: () => undefined,
  }
}
