import { lazy, Suspense, useRef, useState } from 'react'
import { Chat } from './chat.tsx'
import { HeldTokens } from './held-tokens.tsx'
import type { Person } from './latchkey.ts'
import { LiveDocument } from './live-document.tsx'
import { isLocal } from './local.ts'
import { LocalBanner } from './local-banner.tsx'
import { Problem } from './problem.tsx'
import type { OpenRoom } from './room/open-room.ts'
import { signOut } from './sign-out.ts'

// The Cosmos client loads beside the page, not before it; the rest of the page does without it where that fails.
const Rows = lazy(() =>
  import('./rows/rows.tsx').catch((error: unknown) => ({
    default: () => (
      <section>
        <h2>Your data in Cosmos DB</h2>
        <Problem error={error} retry={() => location.reload()} />
      </section>
    ),
  })),
)

/** Everything behind the door, for one signed-in person. */
export function Workspace({ person }: { readonly person: Person }) {
  const [room, setRoom] = useState<OpenRoom>()
  const [problem, setProblem] = useState<unknown>()
  const opening = useRef(false)

  // Fluid is most of the page's weight, so it loads with the first room.
  const open = async (documentId: string | undefined): Promise<void> => {
    if (opening.current) return
    opening.current = true
    try {
      const { openRoom } = await import('./room/open-room.ts')
      const opened = await openRoom(person, documentId)
      history.replaceState(undefined, '', `?room=${opened.id}`)
      setRoom(opened)
    } finally {
      opening.current = false
    }
  }

  return (
    <>
      {isLocal && <LocalBanner />}
      <header>
        <img src="/key.svg" alt="" width="28" height="28" />
        <h1>Latchkey demo</h1>
        <div className="session">
          <p className="person">
            <strong>{person.displayName}</strong> <span className="role">{person.role}</span>
          </p>
          <button type="button" className="quiet" onClick={() => void signOut().catch(setProblem)}>
            Sign out
          </button>
        </div>
        {problem !== undefined && <Problem error={problem} />}
      </header>
      <main className="cards">
        <LiveDocument room={room} person={person} open={open} />
        <Chat room={room} person={person} />
        <Suspense fallback={<section>Your data in Cosmos DB …</section>}>
          <Rows person={person} room={room} />
        </Suspense>
        <HeldTokens />
      </main>
    </>
  )
}
