import { useEffect, useState } from 'react'
import { latchkey, type Person } from './latchkey.ts'
import { Problem } from './problem.tsx'
import { announceSession, watchSession } from './session-watch.ts'
import { SignIn } from './sign-in.tsx'
import { Workspace } from './workspace.tsx'

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'signed-in'; readonly person: Person }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Shows the sign-in page or, for a signed-in person, the workspace. */
export function App() {
  const [state, setState] = useState<State>({ kind: 'loading' })
  useEffect(() => {
    latchkey.me().then(
      (person) => {
        announceSession(person?.id)
        setState(person ? { kind: 'signed-in', person } : { kind: 'signed-out' })
      },
      (error: unknown) => setState({ kind: 'failed', error }),
    )
  }, [])
  useEffect(
    () => (state.kind === 'signed-in' ? watchSession(state.person.id, beginAnew) : undefined),
    [state],
  )

  switch (state.kind) {
    case 'loading':
      return (
        <main className="centre">
          <p>One moment …</p>
        </main>
      )
    case 'signed-out':
      return <SignIn />
    case 'failed':
      return (
        <main className="centre">
          <h1>The demo cannot open</h1>
          <Problem error={state.error} retry={() => location.reload()} />
        </main>
      )
    case 'signed-in':
      return <Workspace person={state.person} />
  }
}

/** Leaves everything the page holds behind. Nobody is at the door of the same room then; somebody else, in no room. */
function beginAnew(now: Person | undefined): void {
  if (now) location.replace('/')
  else location.reload()
}
