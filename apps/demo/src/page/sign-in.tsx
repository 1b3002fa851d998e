import { signInUrl } from './latchkey.ts'
import { isLocal } from './local.ts'
import { LocalBanner } from './local-banner.tsx'

/** The door: one button, which leads to the identity provider's own page. */
export function SignIn() {
  return (
    <>
      {isLocal && <LocalBanner />}
      <main className="door">
        <img src="/key.svg" alt="" width="56" height="56" />
        <h1>Sign in once, open everything</h1>
        <p>
          Latchkey hands this page short-lived tokens, each for you and for one service: chat, a live
          document, and your data in Cosmos DB.
        </p>
        <a className="button" href={signInUrl()}>
          Sign in
        </a>
        {isLocal && (
          <p className="hint">
            Nothing here leaves your machine. The sign-in page offers Alice and Bob as test users, with one
            click each: open a second, private window to be both.
          </p>
        )}
      </main>
    </>
  )
}
