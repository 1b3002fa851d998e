import { LatchkeyClientError } from '@latchkey/server/client'
import { signInUrl } from './latchkey.ts'

interface Props {
  readonly error: unknown
  /** What the person can have done once more, if anything. */
  readonly retry?: () => void
}

/** What went wrong, in words, and the way on. */
export function Problem({ error, retry }: Props) {
  return (
    <div role="alert" className="problem">
      <p>{reasonOf(error)}</p>
      {isSignedOut(error) && <a href={signInUrl()}>Sign in again</a>}
      {retry && !isSignedOut(error) && (
        <button type="button" className="quiet" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

function reasonOf(error: unknown): string {
  if (isSignedOut(error)) return 'Your session has ended.'
  if (isUnreachable(error)) return 'The service did not answer. Is it running, and is this machine online?'
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0] ?? message
}

function isSignedOut(error: unknown): boolean {
  return error instanceof LatchkeyClientError && error.code === 'ERR_CLIENT_SIGNED_OUT'
}

// The clients of Azure pass on what the browser said, which is different in each.
function isUnreachable(error: unknown): boolean {
  if (error instanceof LatchkeyClientError) return error.code === 'ERR_CLIENT_UNREACHABLE'
  return error instanceof Error && /failed to fetch|networkerror|load failed/i.test(error.message)
}
