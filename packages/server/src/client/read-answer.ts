/**
 * What the server answered, read once: a refusal becomes an error, and what is missing is told here and not where it is
 * used.
 */

import { LatchkeyClientError } from './client-error.ts'

/** A JSON object of unknown content. */
export type Answer = Readonly<Record<string, unknown>>

/** The JSON object of an answer; an empty one for none. @throws `LatchkeyClientError` for a refusal and for other content. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const answer = parseObject(text)
  if (response.ok && (answer || text === '')) return answer ?? {}
  const problem = textOf(answer?.['code']) ?? ''
  const { status } = response
  if (status === 401) {
    throw new LatchkeyClientError('Nobody is signed in', 'ERR_CLIENT_SIGNED_OUT', status, problem)
  }
  if (response.ok) throw new LatchkeyClientError('The answer is not JSON', 'ERR_CLIENT_ANSWER', status)
  const title = textOf(answer?.['detail']) ?? textOf(answer?.['title']) ?? `The server answered ${status}`
  throw new LatchkeyClientError(title, 'ERR_CLIENT_REFUSED', status, problem)
}

/** The answer, in which these members are texts. @throws `LatchkeyClientError` `ERR_CLIENT_ANSWER`, naming the member. */
export function readTexts(answer: Answer, names: readonly string[]): Answer {
  for (const name of names)
    if (textOf(answer[name]) === undefined)
      throw new LatchkeyClientError(`The answer has no ${name}`, 'ERR_CLIENT_ANSWER', 200)
  return answer
}

/** The same with dates for instants: each is a member called `expiresOn`. */
export function readInstants(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readInstants)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'expiresOn' && typeof member === 'string' ? new Date(member) : readInstants(member),
    ]),
  )
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function parseObject(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Answer) : undefined
  } catch {
    return undefined
  }
}
