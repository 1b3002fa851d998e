import type { LocalService, ServiceHost } from '../host/service.ts'

/** The communication service of local Azure. */
export function createCommunicationService(_host: ServiceHost): LocalService {
  return {
    name: 'communication',
    fetch: () => Response.json({ error: { code: 'NotFound', message: 'No such route.' } }, { status: 404 }),
    reset: () => undefined,
    close: () => undefined,
  }
}
