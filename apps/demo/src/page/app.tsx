import { useEffect, useState } from 'react'
import { latchkey, type Person } from './latchkey.ts'
import { SignIn } from './sign-in.tsx'
import { Workspace } from './workspace.tsx'

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'signed-in'; readonly person: Person }
  | { readonly kind: 'failed'; readonly reason: string }

/** Shows the sign-in page or, for a signed-in person, the workspace. */
export function App() {
  const [state, setState] = useState<State>({ kind: 'loading' })
  useEffect(() => {
    latchkey.me().then(
      (person) => setState(person ? { kind: 'signed-in', person } : { kind: 'signed-out' }),
      (error: unknown) => setState({ kind: 'failed', reason: String(error) }),
    )
  }, [])

  switch (state.kind) {
    case 'loading':
      return <p className="centre">One moment …</p>
    case 'signed-out':
      return <SignIn />
    case 'failed':
      return (
        <main className="centre" role="alert">
          <h1>The service did not answer</h1>
          <p>{state.reason}</p>
          <button type="button" onClick={() => location.reload()}>
            Try again
          </button>
        </main>
      )
    case 'signed-in':
      return <Workspace person={state.person} />
  }
}
