/**
 * What the dashboard's forms do. Each action answers the sentence that is shown afterwards.
 */

import type { FluidService } from '../fluid/fluid-service.ts'
import type { DashboardSources } from '../host/dashboard-sources.ts'
import { type FaultKind, faultKinds } from '../host/faults.ts'
import type { DirectoryAdmin } from './directory-admin.ts'
import { type StatefulService, serviceTitles, statefulServices } from './view.ts'

/** A form's fields. */
export type Fields = Readonly<Record<string, string>>

/** What a form asked for cannot be done. */
export class WrongField extends Error {
  override readonly name: string = 'WrongField'
}

/** The actions, on what they work. */
export class Actions {
  readonly #sources: DashboardSources
  readonly #directory: DirectoryAdmin

  constructor(sources: DashboardSources, directory: DirectoryAdmin) {
    this.#sources = sources
    this.#directory = directory
  }

  async addPerson(fields: Fields): Promise<string> {
    const { email = '', displayName = '', password = '', role = '' } = fields
    if (!/^\S+@\S+$/.test(email)) throw new WrongField('The e-mail address is not one.')
    await this.#directory.add({ email, displayName, password, role })
    return `${displayName} can sign in.`
  }

  async setRole(objectId: string, { role = '' }: Fields): Promise<string> {
    const person = this.#person(objectId)
    await this.#directory.setRole(person, role)
    return role === '' ? `${person.displayName} has no role.` : `${person.displayName} is ${role}.`
  }

  async setEnabled(objectId: string, { enabled = '' }: Fields): Promise<string> {
    const person = this.#person(objectId)
    await this.#directory.setEnabled(person, enabled === 'true')
    return `${person.displayName} is ${enabled === 'true' ? 'enabled' : 'disabled'}.`
  }

  async setPassword(objectId: string, { password = '' }: Fields): Promise<string> {
    const person = this.#person(objectId)
    await this.#directory.setPassword(person, password)
    return `${person.displayName} has the password you typed.`
  }

  async advanceClock({ seconds = '' }: Fields): Promise<string> {
    const amount = Number(seconds)
    if (!(amount > 0 && amount <= 10 * 366 * 86_400))
      throw new WrongField('The clock moves forward, at most ten years.')
    this.#sources.clock.advanceSeconds(amount)
    return `It is now ${new Date(this.#sources.clock.now()).toISOString().slice(0, 19).replace('T', ' ')}.`
  }

  async armFault(fields: Fields): Promise<string> {
    const service = serviceNamed(fields['service'] ?? '')
    const kind = faultKinds.find((known): known is FaultKind => known === fields['kind'])
    const times = Number(fields['times'] ?? 1)
    if (!service || !kind) throw new WrongField('There is no such service or fault.')
    if (!(Number.isInteger(times) && times >= 1 && times <= 1_000_000))
      throw new WrongField('How often must be a number.')
    try {
      this.#sources.faults.add({ service, kind, times, match: (fields['match'] ?? '').slice(0, 200) })
    } catch {
      throw new WrongField('That is not a regular expression.')
    }
    return `Armed: ${kind} for ${serviceTitles[service]}, ${times === 1 ? 'once' : `${times} times`}.`
  }

  async clearFaults(): Promise<string> {
    this.#sources.faults.clear()
    return 'No fault is armed.'
  }

  async reset(name: string): Promise<string> {
    const service = name === '' ? undefined : serviceNamed(name)
    if (name !== '' && !service) throw new WrongField('There is no such service.')
    await this.#sources.reset(service)
    return service ? `${serviceTitles[service]} began again.` : 'Everything began again.'
  }

  async regenerateFluidKey(key: string): Promise<string> {
    if (key !== 'primary' && key !== 'secondary')
      throw new WrongField('There are a primary and a secondary key.')
    const fluid = this.#sources.services.fluid as Partial<FluidService>
    fluid.regenerateKey?.(key)
    return `The ${key} key is new; tokens of the old one are refused.`
  }

  #person(objectId: string): ReturnType<DashboardSources['accounts']>[number] {
    const person = this.#sources.accounts().find((account) => account.objectId === objectId)
    if (person) return person
    throw new WrongField('There is no such person.')
  }
}

function serviceNamed(name: string): StatefulService | undefined {
  return statefulServices.find((service) => service === name)
}
