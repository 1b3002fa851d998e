/**
 * The operations on Teams extension assignments.
 */

import { teamsExtensionVersions } from './api-versions.ts'
import { invalid, notFound } from './errors.ts'
import type { Call, Route } from './routes.ts'
import type { TeamsAssignment, TeamsAssignments } from './teams-assignments.ts'

/** Reads, sets and ends assignments. */
export function teamsAssignmentRoutes(assignments: TeamsAssignments): readonly Route<unknown>[] {
  const path = '/access/teamsExtension/tenants/{tenantId}/assignments/{objectId}'
  return [
    { method: 'GET', path, versions: teamsExtensionVersions, handle: describe },
    { method: 'PUT', path, versions: teamsExtensionVersions, handle: put },
    { method: 'DELETE', path, versions: teamsExtensionVersions, handle: remove },
  ]

  function describe(call: Call<unknown>): Response {
    const { objectId, tenantId } = ids(call)
    const assignment = assignments.find(tenantId, objectId)
    if (!assignment) throw notFound('The assignment')
    return Response.json(assignment)
  }

  function put(call: Call<unknown>): Response {
    const { objectId, tenantId } = ids(call)
    const existed = assignments.find(tenantId, objectId) !== undefined
    const assignment = { tenantId, objectId, ...parseAssignment(call) }
    assignments.put(assignment)
    return Response.json(assignment, { status: existed ? 200 : 201 })
  }

  function remove(call: Call<unknown>): Response {
    const { objectId, tenantId } = ids(call)
    assignments.delete(tenantId, objectId)
    return new Response(null, { status: 204 })
  }
}

// Ids of Entra are the same in every case.
function ids({ parameters }: Call<unknown>): { readonly tenantId: string; readonly objectId: string } {
  const { objectId = '', tenantId = '' } = parameters
  return { tenantId: tenantId.toLowerCase(), objectId: objectId.toLowerCase() }
}

function parseAssignment(call: Call<unknown>): Pick<TeamsAssignment, 'principalType' | 'clientIds'> {
  const { clientIds = [], principalType } = call.json()
  if (principalType !== 'user' && principalType !== 'resourceAccount') {
    throw invalid('PrincipalType must be user or resourceAccount.', 'principalType')
  }
  const isList = Array.isArray(clientIds) && clientIds.every((id) => typeof id === 'string')
  if (!isList) throw invalid('ClientIds must be a list of texts.', 'clientIds')
  return { principalType, clientIds: clientIds.map((id) => id.toLowerCase()) }
}
