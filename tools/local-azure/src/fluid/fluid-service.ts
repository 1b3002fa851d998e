import type { LocalService, ServiceHost } from '../host/service.ts'

/** The fluid service of local Azure. */
export function createFluidService(_host: ServiceHost): LocalService {
  return {
    name: 'fluid',
    fetch: () => Response.json({ error: { code: 'NotFound', message: 'No such route.' } }, { status: 404 }),
    reset: () => undefined,
    close: () => undefined,
  }
}
