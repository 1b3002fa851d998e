import { useEffect, useState, useSyncExternalStore } from 'react'
import { isLocal } from './local.ts'
import { askServerTime, serverNow } from './server-clock.ts'
import { heldTokens } from './token-shelf.ts'

/** The tokens this page holds now, and how long each still lives. */
export function HeldTokens() {
  const tokens = useSyncExternalStore(heldTokens.subscribe, heldTokens.list)
  const now = useServerNow()
  const hasEnded = tokens.some((token) => token.expiresOn.getTime() <= now)

  return (
    <section aria-labelledby="tokens-title">
      <h2 id="tokens-title">Tokens in this page</h2>
      <p>Only these, in memory. The session itself is a cookie no script can read.</p>
      {tokens.length === 0 ? (
        <p className="hint">None yet.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Opens</th>
              <th scope="col">For</th>
              <th scope="col">Expires in</th>
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <tr key={`${token.service} ${token.grants}`}>
                <td>{token.service}</td>
                <td>{token.grants}</td>
                <td className="number">{formatRemaining(token.expiresOn.getTime() - now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hasEnded && <p className="hint">The page fetches a new token when it next needs an expired one.</p>}
    </section>
  )
}

// The clock of local Azure can be moved under a page that asks for nothing.
const lookEverySeconds = 4

function useServerNow(): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    let seconds = 0
    const timer = setInterval(() => {
      seconds += 1
      if (isLocal && !document.hidden && seconds % lookEverySeconds === 0) void askServerTime()
      setNow(serverNow())
    }, 1_000)
    return () => clearInterval(timer)
  }, [])
  return now
}

function formatRemaining(remainingMs: number): string {
  if (remainingMs <= 0) return 'expired'
  const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const [hours, minutes, seconds] = [
    remainingMs / 3_600_000,
    (remainingMs / 60_000) % 60,
    (remainingMs / 1_000) % 60,
  ]
  return `${Math.floor(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}`
}
