import type { LocalService, ServiceHost } from '../host/service.ts'

/** The cosmos service of local Azure. */
export function createCosmosService(_host: ServiceHost): LocalService {
  return {
    name: 'cosmos',
    fetch: () => Response.json({ error: { code: 'NotFound', message: 'No such route.' } }, { status: 404 }),
    reset: () => undefined,
    close: () => undefined,
  }
}
