/**
 * The part of the record that anybody can write to, by being refused. It is bounded, and it stops nobody.
 *
 * An unauthenticated flood could fill the record at no cost and drown what matters. So events of one kind from one source
 * are written singly up to a number per minute; the rest are counted, and at the end of the minute one event of that kind
 * gives the number. Unauthenticated sources share a second bound per kind, because an attacker has many networks, and
 * junk of one kind must not hide another: wrong function keys, or made-up tokens, hide no guess at a password. A proven
 * person has bounds of their own, so that no flood hides what they did.
 *
 * The counts are in memory, per process. A killed process loses a sum; the log has a line for each.
 */

import type { Cancel, Clock } from '@latchkey/common'
import { reasonOf } from '../errors.ts'
import { type Random, timeOrderedUuid } from '../random.ts'
import type { AuditEvent, AuditStore } from '../stores/stores.ts'
import type { Log } from '../telemetry/log.ts'

/** How many events are written singly. */
export const noteLimits = {
  seconds: 60,
  /** Of one kind from one source. */
  perSource: 30,
  /** Of one kind from all sources that proved nothing. */
  unproven: 300,
} as const

/** The subject of events whose source nobody knows. */
export const unknownSource = 'unknown'

/** Takes events that are written if they can be. */
export interface AuditNotes {
  /**
   * Resolves when the event is written, counted, or given up after a second; never rejects.
   *
   * @param personId - The proven person. If absent, the source is the event's client.
   */
  add(event: AuditEvent, personId?: string): Promise<void>
}

export interface AuditNotesOptions {
  readonly store: AuditStore
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

interface Count {
  written: number
  omitted: number
  last: AuditEvent
}

interface Minute {
  readonly endsAtMs: number
  readonly cancel: Cancel
  readonly counts: Map<string, Count>
  /** How many were written singly, by kind. */
  readonly unproven: Map<string, number>
}

const patienceMs = 1_000

/** Makes the notes of one server. */
export function createAuditNotes({ store, clock, random, log }: AuditNotesOptions): AuditNotes {
  let minute: Minute | undefined

  const write = async (event: AuditEvent): Promise<void> => {
    try {
      await store.append(event)
    } catch (error) {
      const { correlationId } = event
      log({ level: 'error', event: 'failure', correlationId, service: 'audit', reason: reasonOf(error) })
    }
  }

  const close = (): void => {
    const counts = minute?.counts.values() ?? []
    minute?.cancel()
    minute = undefined
    const nowMs = clock.now()
    const at = new Date(nowMs).toISOString()
    for (const { omitted, last } of counts) {
      const { callerCorrelationId: _ofTheLast, ...event } = last
      const grant = last.details['grant']
      const details = {
        ...(grant !== undefined && { grant }),
        count: String(omitted),
        seconds: String(noteLimits.seconds),
      }
      const id = timeOrderedUuid(random, nowMs)
      if (omitted > 0) void write({ ...event, id, at, correlationId: '-', details })
    }
  }

  const present = (): Minute => {
    if (minute && clock.now() >= minute.endsAtMs) close()
    const lengthMs = noteLimits.seconds * 1000
    minute ??= {
      endsAtMs: clock.now() + lengthMs,
      cancel: clock.schedule(lengthMs, close),
      counts: new Map(),
      unproven: new Map(),
    }
    return minute
  }

  /** Whether the event is written singly; if not, it is counted. */
  const admit = (event: AuditEvent, personId: string | undefined): boolean => {
    const { counts, unproven } = present()
    const kind = kindOf(event)
    const used = personId === undefined ? (unproven.get(kind) ?? 0) : 0
    const key = `${kind} ${personId ?? event.client}`
    const known = counts.get(key)
    if (known && known.written >= noteLimits.perSource) {
      known.omitted += 1
      known.last = { ...event, subject: personId ?? subjectOf(event.client) }
      return false
    }
    if (used >= noteLimits.unproven) {
      // One entry for all of them, so that made-up sources cost no memory either.
      const others = `${kind} ${unknownSource}`
      const omitted = (counts.get(others)?.omitted ?? 0) + 1
      const last = { ...event, subject: unknownSource, actor: '-', client: '-' }
      counts.set(others, { written: noteLimits.perSource, omitted, last })
      return false
    }
    if (personId === undefined) unproven.set(kind, used + 1)
    counts.set(key, { written: (known?.written ?? 0) + 1, omitted: 0, last: event })
    return true
  }

  return {
    add: async (event, personId) => {
      if (!admit(event, personId)) return
      // A refusal waits for its record as long as a person would not notice, and no longer.
      let stopWaiting: Cancel = () => undefined
      const patience = new Promise<void>((resolve) => {
        stopWaiting = clock.schedule(patienceMs, resolve)
      })
      await Promise.race([write(event), patience])
      stopWaiting()
    },
  }
}

// There are as many kinds as the code names, whatever anybody sends.
function kindOf({ action, outcome, details }: AuditEvent): string {
  return `${action} ${outcome} ${details['grant'] ?? '-'}`
}

/** The subject of an event of nobody who is known: where it came from. */
export function subjectOf(client: string): string {
  return client === '-' ? unknownSource : client
}
