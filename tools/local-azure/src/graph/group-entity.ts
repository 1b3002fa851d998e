/**
 * A group as Graph shows one, and as a client writes one.
 */

import type { Group } from '../entra/directory/groups.ts'
import { groupType } from './entity-type.ts'
import { badRequest } from './errors.ts'
import type { Entity } from './filter.ts'
import { selectFrom } from './query-options.ts'

// What is shown without `$select`.
const standardGroupProperties: readonly string[] = [
  'id',
  'createdDateTime',
  'description',
  'displayName',
  'groupTypes',
  'mail',
  'mailEnabled',
  'mailNickname',
  'securityEnabled',
]

const written = new Set([
  'description',
  'displayName',
  'groupTypes',
  'mailEnabled',
  'mailNickname',
  'securityEnabled',
])

/** The group with every property Graph has. */
export function describeGroup({ createdAtMs, displayName, id, properties }: Group): Entity {
  return {
    description: null,
    mail: null,
    ...properties,
    id,
    displayName,
    createdDateTime: `${new Date(createdAtMs).toISOString().slice(0, 19)}Z`,
    groupTypes: [],
    mailEnabled: false,
    securityEnabled: true,
  }
}

/** The group with the selected properties only. */
export function selectGroup(entity: Entity, select: readonly string[] | undefined): Entity {
  return selectFrom(entity, groupType, select, standardGroupProperties)
}

/** Reads the body of `POST /groups`. @throws GraphError 400 */
export function parseNewGroup(
  body: Readonly<Record<string, unknown>>,
): Pick<Group, 'displayName' | 'properties'> {
  const { displayName, mailEnabled, mailNickname, securityEnabled } = body
  for (const name of Object.keys(body)) {
    if (!written.has(name)) throw badRequest(`Property '${name}' does not exist.`)
  }
  if (typeof displayName !== 'string' || displayName === '' || displayName.length > 256)
    throw required('displayName')
  if (typeof mailNickname !== 'string' || mailNickname === '') throw required('mailNickname')
  if (mailEnabled !== false || securityEnabled !== true) {
    throw badRequest('Only security groups can be created: mailEnabled false, securityEnabled true.')
  }
  const description = body['description']
  return { displayName, properties: { mailNickname, description: description ?? null } }
}

/** Reads the body of `PATCH /groups/{id}`. @throws GraphError 400 */
export function parseGroupChange(
  body: Readonly<Record<string, unknown>>,
  group: Group,
): Pick<Group, 'displayName' | 'properties'> {
  const { displayName = group.displayName, ...others } = body
  for (const name of Object.keys(others)) {
    if (name !== 'description' && name !== 'mailNickname')
      throw badRequest(`Property '${name}' cannot be changed.`)
  }
  if (typeof displayName !== 'string' || displayName === '') throw required('displayName')
  return { displayName, properties: { ...group.properties, ...others } }
}

function required(name: string): Error {
  const message = `A value is required for property '${name}' of resource 'Group'.`
  return badRequest(message, [{ target: name, code: 'PropertyRequired' }])
}
