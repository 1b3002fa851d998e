/**
 * Directory groups by role name.
 *
 * Ids are kept for ten minutes at most; a name that is not known is looked up again at once, so that a new group counts
 * from the first time it is asked for.
 */

import type { Clock } from '@latchkey/common'
import { serverError } from '../errors.ts'
import { PerishableCache } from '../single-flight.ts'
import { asObject, type UpstreamAnswer, upstreamFailure } from '../upstream-request.ts'
import type { GraphClient } from './graph-client.ts'

/** Groups of one directory. */
export interface GraphGroups {
  find(role: string): Promise<string | undefined>
  add(id: string, role: string, freshDelaysMs: readonly number[]): Promise<void>
  remove(id: string, role: string): Promise<void>
  members(role: string, most: number): Promise<readonly string[]>
}

const keepMs = 10 * 60_000
const maxGroups = 10_000

/** Makes the groups of one directory. */
export function createGraphGroups(graph: GraphClient, clock: Clock): GraphGroups {
  const cache = new PerishableCache<ReadonlyMap<string, string>>(clock, 1)
  const load = () =>
    cache.get('', async () => {
      const groups = await graph.readAll('/groups?$select=id,displayName&$top=999', maxGroups)
      const byName = new Map<string, string>()
      for (const { id, displayName } of groups)
        if (typeof id === 'string' && typeof displayName === 'string')
          byName.set(displayName.toLowerCase(), id)
      return { value: byName, keepUntilMs: clock.now() + keepMs }
    })
  const find = async (role: string): Promise<string | undefined> => {
    const known = (await load()).get(role)
    if (known !== undefined) return known
    cache.clear()
    return (await load()).get(role)
  }
  const insist = async (role: string): Promise<string> => {
    const id = await find(role)
    if (id === undefined)
      throw serverError('ERR_SERVER_UPSTREAM', 'The directory has no group for a role', { role })
    return id
  }
  return {
    find,
    add: async (id, role, freshDelaysMs) => {
      const path = `/groups/${await insist(role)}/members/$ref`
      const body = { '@odata.id': `${graph.endpoint}/directoryObjects/${id}` }
      for (const delayMs of [...freshDelaysMs, 0]) {
        const answer = await graph.send({ method: 'POST', path, body, mayRepeat: true })
        if (answer.status === 204 || isMemberAlready(answer)) return
        // The replica that answers may not know the account yet.
        if (answer.status !== 404) throw upstreamFailure('graph', answer)
        await graph.wait(delayMs)
      }
      throw serverError('ERR_SERVER_UPSTREAM', 'The directory does not know the account', {
        service: 'graph',
      })
    },
    remove: async (id, role) => {
      const group = await find(role)
      if (group === undefined) return
      const path = `/groups/${group}/members/${encodeURIComponent(id)}/$ref`
      const answer = await graph.send({ method: 'DELETE', path })
      if (answer.status !== 204 && answer.status !== 404) throw upstreamFailure('graph', answer)
    },
    members: async (role, most) => {
      const path = `/groups/${await insist(role)}/members?$select=id,accountEnabled&$top=100`
      const members = await graph.readAll(path, 10_000)
      return members.flatMap(enabledPerson).slice(0, most)
    },
  }
}

// Groups, devices and applications can be members too, and administer nothing here.
function enabledPerson({
  '@odata.type': type,
  id,
  accountEnabled,
}: Readonly<Record<string, unknown>>): readonly string[] {
  const isPerson = type === '#microsoft.graph.user' && typeof id === 'string'
  return isPerson && accountEnabled !== false ? [id] : []
}

function isMemberAlready(answer: UpstreamAnswer): boolean {
  const { message } = asObject(asObject(answer.body)['error'])
  return answer.status === 400 && /already exist/i.test(String(message))
}
