/** What the page knows about the tokens it holds: enough to show them, never the tokens themselves. */

export interface HeldToken {
  readonly service: string
  /** In words, what the token allows. */
  readonly grants: string
  readonly expiresOn: Date
}

let shelf: readonly HeldToken[] = []
const listeners = new Set<() => void>()

/** The shelf, in the form React subscribes to. */
export const heldTokens = {
  list: (): readonly HeldToken[] => shelf,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  /** Puts a token on the shelf in place of the one before it for the same service and grants. */
  put: (token: HeldToken): void => {
    const others = shelf.filter((held) => held.service !== token.service || held.grants !== token.grants)
    shelf = [...others, token].toSorted((a, b) => a.service.localeCompare(b.service))
    for (const listener of listeners) listener()
  },
}
