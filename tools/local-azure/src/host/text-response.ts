/**
 * A Response whose body is a text that is at hand.
 *
 * A Response of the platform keeps its body as a stream, which costs a busy service more than the rest of its answer;
 * `write-response.ts` writes this one in one go. To everybody else it is a Response like any other.
 */

import { PlainHeaders } from './plain-headers.ts'

/** What a {@link TextResponse} is made from. */
export interface TextResponseInit {
  readonly status: number
  /** By their names in lower case. */
  readonly headers: Record<string, string>
}

/** A Response that is written in one go. */
export class TextResponse implements Pick<Response, 'status' | 'ok' | 'text' | 'json' | 'clone'> {
  readonly status: number
  readonly headers: PlainHeaders
  /** The body; empty for none. */
  readonly content: string
  #full: Response | undefined

  constructor(content: string, init: TextResponseInit) {
    this.status = init.status
    this.headers = new PlainHeaders(init.headers)
    this.content = content
  }

  /** Makes one where a Response is wanted. */
  static create(content: string, init: TextResponseInit): Response {
    return new TextResponse(content, init) as unknown as Response
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  get statusText(): string {
    return ''
  }

  get body(): Response['body'] {
    return this.#response().body
  }

  get bodyUsed(): boolean {
    return this.#full?.bodyUsed ?? false
  }

  text(): Promise<string> {
    return this.#response().text()
  }

  json(): Promise<unknown> {
    return this.#response().json()
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#response().arrayBuffer()
  }

  clone(): Response {
    return this.#response().clone()
  }

  // The platform's own, for whoever reads the body here instead of at the other end.
  #response(): Response {
    const body = this.content === '' ? null : this.content
    this.#full ??= new Response(body, { status: this.status, headers: [...this.headers] })
    return this.#full
  }
}

// `response instanceof Response` holds, as it does for the light responses of Hono's own server.
Object.setPrototypeOf(TextResponse.prototype, Response.prototype)
