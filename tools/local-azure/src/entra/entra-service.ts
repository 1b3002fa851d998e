import type { LocalService, ServiceHost } from '../host/service.ts'

/** The entra service of local Azure. */
export function createEntraService(_host: ServiceHost): LocalService {
  return {
    name: 'entra',
    fetch: () => Response.json({ error: { code: 'NotFound', message: 'No such route.' } }, { status: 404 }),
    reset: () => undefined,
    close: () => undefined,
  }
}
