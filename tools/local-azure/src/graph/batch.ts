/**
 * `POST /$batch`: up to twenty requests in one.
 */

import { badRequest } from './errors.ts'

/** One request of a batch. */
export interface BatchItem {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly body: unknown
  readonly dependsOn: readonly string[]
}

/** How one request of a batch is answered. */
export type AnswerItem = (item: BatchItem) => Promise<Response>

const mostItems = 20

/** Answers a batch, in order; what depends on a failed request is not tried. */
export async function answerBatch(
  body: Readonly<Record<string, unknown>>,
  answer: AnswerItem,
): Promise<Response> {
  const items = parseItems(body)
  const responses: { readonly id: string; readonly status: number; readonly body?: unknown }[] = []
  for (const item of items) {
    const failed = item.dependsOn.some((id) => !responses.some((done) => done.id === id && done.status < 400))
    if (failed) {
      const error = { code: 'FailedDependency', message: 'A request this one depends on has failed.' }
      responses.push({ id: item.id, status: 424, body: { error } })
      continue
    }
    const response = await answer(item)
    const text = await response.text()
    const content: unknown = text === '' ? undefined : JSON.parse(text)
    responses.push({ id: item.id, status: response.status, ...(text === '' ? {} : { body: content }) })
  }
  return Response.json({ responses })
}

function parseItems({ requests }: Readonly<Record<string, unknown>>): readonly BatchItem[] {
  if (!Array.isArray(requests) || requests.length === 0) throw badRequest('Invalid batch payload format.')
  if (requests.length > mostItems)
    throw badRequest(`The maximum number of requests in a batch is ${mostItems}.`)
  const items = requests.map(parseItem)
  if (new Set(items.map(({ id }) => id)).size !== items.length)
    throw badRequest('The ids of a batch must differ.')
  return items
}

function parseItem(value: unknown): BatchItem {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const { body, dependsOn = [], id, method, url } = fields
  const isComplete = typeof id === 'string' && typeof method === 'string' && typeof url === 'string'
  if (!isComplete || !Array.isArray(dependsOn)) throw badRequest('Invalid batch payload format.')
  return { id, method: method.toUpperCase(), url, body, dependsOn: dependsOn.map(String) }
}
