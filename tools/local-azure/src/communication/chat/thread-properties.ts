/**
 * What a body says about a thread, when it is made and when it is changed.
 */

import type { JsonObject } from '@latchkey/common'
import { mergeMetadata, readText, requireText } from '../body-fields.ts'
import { badRequest } from '../errors.ts'
import { isJsonObject } from '../json-body.ts'
import type { ThreadProperties } from './threads.ts'

const fewestDays = 30
const mostDays = 90

/** Properties of a new thread. */
export function parseThreadProperties(body: JsonObject): ThreadProperties {
  return {
    topic: requireText(body, 'topic'),
    metadata: mergeMetadata(body),
    retentionDays: parseRetentionDays(body['retentionPolicy']),
  }
}

/** Properties after a merge patch (RFC 7396): what it does not name stays. */
export function patchThreadProperties(body: JsonObject, before: ThreadProperties): ThreadProperties {
  const topic = readText(body, 'topic')
  if (topic?.trim() === '') throw badRequest('The topic field is required.', 'topic')
  return {
    topic: topic ?? before.topic,
    metadata: mergeMetadata(body, before.metadata),
    retentionDays:
      body['retentionPolicy'] === undefined
        ? before.retentionDays
        : parseRetentionDays(body['retentionPolicy']),
  }
}

function parseRetentionDays(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  const target = 'retentionPolicy'
  if (!isJsonObject(value)) throw badRequest('retentionPolicy must be an object.', target)
  if (value['kind'] === 'none') return undefined
  if (value['kind'] !== 'threadCreationDate')
    throw badRequest('The kind of retentionPolicy is not known.', target)
  const days = value['deleteThreadAfterDays']
  if (typeof days === 'number' && Number.isInteger(days) && days >= fewestDays && days <= mostDays)
    return days
  const message = `deleteThreadAfterDays must be a whole number from ${fewestDays} to ${mostDays}.`
  throw badRequest(message, 'deleteThreadAfterDays')
}
