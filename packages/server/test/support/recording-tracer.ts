/**
 * A tracer that remembers every span, and which span it was started in.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { SpanOptions, Tracer } from '@opentelemetry/api'

export interface RecordedSpan {
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly kind: number | undefined
  readonly parent: RecordedSpan | undefined
  status?: unknown
  isEnded: boolean
}

export interface RecordingTracer {
  readonly tracer: Tracer
  readonly spans: RecordedSpan[]
}

export function createRecordingTracer(): RecordingTracer {
  const spans: RecordedSpan[] = []
  const active = new AsyncLocalStorage<RecordedSpan>()
  const startActiveSpan = (name: string, options: SpanOptions, work: (span: object) => unknown) => {
    const { attributes = {}, kind } = options
    const span: RecordedSpan = { name, attributes, kind, parent: active.getStore(), isEnded: false }
    spans.push(span)
    const handle = {
      setStatus: (status: unknown) => {
        span.status = status
      },
      end: () => {
        span.isEnded = true
      },
    }
    return active.run(span, () => work(handle))
  }
  return { tracer: { startActiveSpan } as unknown as Tracer, spans }
}

/** The span that everything around this one began with. */
export function rootOf(span: RecordedSpan): RecordedSpan {
  return span.parent ? rootOf(span.parent) : span
}
