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

interface ItemAnswer {
  readonly id: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Answers a batch, in order; what depends on a failed request is not tried. */
export async function answerBatch(
  body: Readonly<Record<string, unknown>>,
  answer: AnswerItem,
): Promise<Response> {
  const responses: ItemAnswer[] = []
  for (const item of parseItems(body)) {
    const failed = item.dependsOn.some((id) => !responses.some((done) => done.id === id && done.status < 400))
    responses.push(await describeAnswer(item, failed ? failedDependency() : await answer(item)))
  }
  return Response.json({ responses })
}

async function describeAnswer({ id }: BatchItem, response: Response): Promise<ItemAnswer> {
  const { headers, status } = response
  const text = await response.text()
  return { id, status, headers: spellHeaders(headers), ...(text === '' ? {} : { body: JSON.parse(text) }) }
}

// Graph's client looks for `Content-Type` in this very spelling.
function spellHeaders(headers: Headers): Readonly<Record<string, string>> {
  const spell = (name: string): string => name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())
  return Object.fromEntries([...headers].map(([name, value]) => [spell(name), value]))
}

function failedDependency(): Response {
  const error = { code: 'FailedDependency', message: 'A request this one depends on has failed.' }
  return Response.json({ error }, { status: 424 })
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
