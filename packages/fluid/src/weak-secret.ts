/**
 * Secrets that are long enough and still no secret.
 */

/** Tells whether `text` is a secret that can be guessed although it is long. */
export function isWeakSecret(text: string): boolean {
  return new Set(text).size < 8
}
