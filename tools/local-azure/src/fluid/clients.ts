/**
 * Who is in which document right now.
 */

import type { IClientManager } from './relay.ts'

type Client = Parameters<IClientManager['addClient']>[3]

/** The clients of every document, in memory: a restart ends every socket anyway. */
export class Clients implements IClientManager {
  readonly #rooms = new Map<string, Map<string, Client>>()

  async addClient(tenantId: string, documentId: string, clientId: string, client: Client): Promise<void> {
    const room = `${tenantId}/${documentId}`
    const clients = this.#rooms.get(room) ?? new Map<string, Client>()
    this.#rooms.set(room, clients.set(clientId, client))
  }

  async removeClient(tenantId: string, documentId: string, clientId: string): Promise<void> {
    const room = `${tenantId}/${documentId}`
    const clients = this.#rooms.get(room)
    clients?.delete(clientId)
    if (clients?.size === 0) this.#rooms.delete(room)
  }

  async getClients(tenantId: string, documentId: string): ReturnType<IClientManager['getClients']> {
    const clients = this.#rooms.get(`${tenantId}/${documentId}`) ?? []
    return [...clients].map(([clientId, client]) => ({ clientId, client }))
  }

  // Read clients are told apart only in a setting that is off here.
  async getSequencedClients(): ReturnType<IClientManager['getSequencedClients']> {
    return new Map()
  }

  async extendSequencedClients(): Promise<void> {}
}
