/**
 * The parts of `@azure/core-rest-pipeline` that a policy touches, as shapes: this package depends on nothing.
 */

import type { AbortSignalLike } from '../credential/abort.ts'

/** A request on its way through a pipeline. */
export interface PipelineRequestLike {
  url: string
  method: string
  body?: unknown
  readonly headers: {
    get(name: string): string | undefined
    set(name: string, value: string): void
  }
  readonly formData?: unknown
  readonly multipartBody?: unknown
  readonly abortSignal?: AbortSignalLike
}

/** A step of a pipeline; fits `PipelinePolicy`. */
export interface PipelinePolicyLike {
  readonly name: string
  sendRequest<Request extends PipelineRequestLike, Response>(
    request: Request,
    next: (request: Request) => Promise<Response>,
  ): Promise<Response>
}
