import { useEffect, useState, useSyncExternalStore } from 'react'
import { heldTokens } from './token-shelf.ts'

/** The tokens this page holds now, and how long each still lives. */
export function HeldTokens() {
  const tokens = useSyncExternalStore(heldTokens.subscribe, heldTokens.list)
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])

  return (
    <section aria-labelledby="tokens-title">
      <h2 id="tokens-title">What this page holds</h2>
      <p>Only these, in memory. The session itself is a cookie no script can read.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Opens</th>
            <th scope="col">For</th>
            <th scope="col">Lives</th>
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
    </section>
  )
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
