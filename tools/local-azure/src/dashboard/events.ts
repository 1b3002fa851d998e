/**
 * Tells open pages that something changed, as server-sent events.
 *
 * An event carries no state, only that there is a new one and what time it is; the page asks for itself again.
 */

import { createHash } from 'node:crypto'
import { statefulServices, type View } from './view.ts'

// Often enough to feel live, seldom enough to cost nothing.
const lookEveryMs = 700
const stillThereEveryMs = 15_000

/** A stream that says `change` whenever the view does, until the page is gone or `stop` fires. */
export function eventStream(readView: () => View, stop: AbortSignal): Response {
  const encoder = new TextEncoder()
  let end = (): void => undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let last = ''
      let saidAt = 0
      const look = (): void => {
        const view = readView()
        const now = fingerprint(view)
        if (now === last && Date.now() - saidAt < stillThereEveryMs) return
        const event = now === last ? 'still' : 'change'
        try {
          controller.enqueue(encoder.encode(`event: ${event}\ndata: ${view.nowMs}\n\n`))
        } catch {
          // The page went between two looks.
          end()
          return
        }
        last = now
        saidAt = Date.now()
      }
      const timer = setInterval(look, lookEveryMs)
      timer.unref()
      const close = (): void => {
        end()
        controller.close()
      }
      end = () => {
        clearInterval(timer)
        stop.removeEventListener('abort', close)
      }
      stop.addEventListener('abort', close)
      look()
    },
    cancel: () => end(),
  })
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
  return new Response(body, { headers })
}

function fingerprint(view: View): string {
  const parts = [
    view.aheadSeconds,
    view.accounts,
    view.faults,
    view.tokens.length,
    view.tokens[0]?.token,
    view.requests[0]?.id,
    view.endpoints.fluid,
    statefulServices.map((name) => view.overview(name)),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}
