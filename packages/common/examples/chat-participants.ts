/**
 * Champion scenario 3: who takes part in a chat thread, item by item and page by page.
 */

import type { ChatParticipant, ChatThreadClient } from '@azure/communication-chat'
import {
  getIdentifierRawId,
  isCommunicationUserIdentifier,
  isPhoneNumberIdentifier,
  isRestError,
} from '@latchkey/common'

/** One line for each participant. */
export async function listByItem(thread: ChatThreadClient): Promise<readonly string[]> {
  const lines: string[] = []
  try {
    for await (const participant of thread.listParticipants()) lines.push(describe(participant))
  } catch (error) {
    return [explain(error)]
  }
  return lines.length === 0 ? ['Nobody is in this thread.'] : lines
}

/** The lines of each page. The size belongs to `listParticipants`; `byPage` does not pass it on. */
export async function listByPage(
  thread: ChatThreadClient,
  maxPageSize: number,
): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = []
  try {
    for await (const page of thread.listParticipants({ maxPageSize }).byPage()) pages.push(page.map(describe))
  } catch (error) {
    return [[explain(error)]]
  }
  return pages
}

function describe({ displayName, id }: ChatParticipant): string {
  const name = displayName === undefined ? 'has no display name' : `is called ${displayName}`
  if (isCommunicationUserIdentifier(id)) return `User ${id.communicationUserId} ${name}`
  if (isPhoneNumberIdentifier(id)) return `Phone number ${id.phoneNumber} ${name}`
  return `${getIdentifierRawId(id)} ${name}`
}

function explain(error: unknown): string {
  if (isRestError(error)) return `The list is not to be had: ${error.statusCode} ${error.code}`
  throw error
}
