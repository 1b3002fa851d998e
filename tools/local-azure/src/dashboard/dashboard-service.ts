import type { DashboardSources } from '../host/dashboard-sources.ts'
import type { LocalService, ServiceHost } from '../host/service.ts'

/** The dashboard service of local Azure. */
export function createDashboardService(_host: ServiceHost, _sources: DashboardSources): LocalService {
  return {
    name: 'dashboard',
    fetch: () => Response.json({ error: { code: 'NotFound', message: 'No such route.' } }, { status: 404 }),
    reset: () => undefined,
    close: () => undefined,
  }
}
