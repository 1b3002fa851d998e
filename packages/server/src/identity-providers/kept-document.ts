/**
 * A document of the identity provider, of which a copy is kept: fresh for a day, used on for three while the provider
 * does not answer or answers with something else. It is asked for at most once in 30 seconds, and once a second while
 * there is no copy to use: one lost answer at the start must not stop every sign-in.
 */

import type { Clock } from '@latchkey/common'

/** A document with a copy at hand. */
export interface KeptDocument<T> {
  /** The copy, read again when it is a day old. Rejects as the last reading did when there is none to use. */
  read(): Promise<T>
  /** A newer copy for something that is not in this one. Rejects when the last reading failed, for then nobody knows. */
  renew(): Promise<T>
}

/** How long a copy needs no look at the provider. */
const freshMs = 24 * 3_600_000
/** How long a copy counts while nothing better can be had: a weekend, for a key that was stolen counts as long. */
const usableMs = 72 * 3_600_000
/** How far apart two requests are, with a copy to use and without. */
const pauseMs = 30_000
const pauseWithoutCopyMs = 1_000

/** Keeps what `load` answers; it rejects for anything that is not usable. Nothing is read before it is needed. */
export function createKeptDocument<T>(load: () => Promise<T>, clock: Clock): KeptDocument<T> {
  let copy: { readonly value: T; readonly readAtMs: number } | undefined
  let askedAtMs = Number.NEGATIVE_INFINITY
  let failure: unknown
  let reading: Promise<void> | undefined

  const ask = async (): Promise<void> => {
    askedAtMs = clock.now()
    try {
      copy = { value: await load(), readAtMs: clock.now() }
      failure = undefined
    } catch (error) {
      failure = error
    }
  }
  const copyYoungerThan = (mostMs: number) =>
    copy && clock.now() - copy.readAtMs < mostMs ? copy : undefined
  // One request for all who ask meanwhile; whoever comes in the pause after it takes what it brought.
  const askAtMost = async (): Promise<void> => {
    const leastMs = copyYoungerThan(usableMs) ? pauseMs : pauseWithoutCopyMs
    if (reading === undefined && clock.now() - askedAtMs >= leastMs)
      reading = ask().finally(() => {
        reading = undefined
      })
    await reading
  }

  return {
    read: async () => {
      if (!copyYoungerThan(freshMs)) await askAtMost()
      const usable = copyYoungerThan(usableMs)
      if (!usable) throw failure
      return usable.value
    },
    renew: async () => {
      await askAtMost()
      const usable = copyYoungerThan(usableMs)
      if (failure !== undefined || !usable) throw failure
      return usable.value
    },
  }
}
