/**
 * Secrets that are long enough and still no secret.
 *
 * Of the secrets that attackers try first, nearly two thousand have 32 bytes or more, so length alone says little. What
 * makes them guessable is judged here: repetition, runs, words and sentences, encodings of those, digests of common
 * passwords, and keys printed in public documentation. A key that was drawn at random passes: fewer than one in a
 * million is refused by accident.
 */

import { createHash } from 'node:crypto'
import { decodeBase64, decodeUtf8 } from '@latchkey/common'

/** Checks whether a long text can be guessed. */
export function isWeakSecret(text: string): boolean {
  return (
    isPublished(text) ||
    isId(text) ||
    isRepetitive(text) ||
    isRun(text) ||
    isProse(text) ||
    isEncodedProse(text) ||
    isDigestOfCommonPassword(text)
  )
}

// In the documentation of the Cosmos DB emulator, Azurite, FastAPI and jwt.io, and one generator's fixed sequence.
const published = [
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DEG',
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ',
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4',
  'r9iMKoe5CRMgvJBBtp4HrqN7QiPpUToj',
  'KaPdSgVkYp3s6v9y',
  'KbPeShVmYq3t6w9z',
  'JaNdRgUkXp2s5v8y',
  'McQfTjWnZr4u7x!A',
  'MbQeThWmZq4t7w!z',
  'NcRfUjXn2r5u8x/A',
]

function isPublished(text: string): boolean {
  return published.some((part) => text.includes(part))
}

// A GUID is the form of a document's and a tenant's id, which are no secrets; a well-known sample signs with one.
function isId(text: string): boolean {
  return /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(text)
}

function isRepetitive(text: string): boolean {
  if (new Set(text).size < 8) return true
  for (let period = 1; period <= text.length / 2; period += 1)
    if (text.startsWith(text.slice(period))) return true
  return false
}

const keyboard =
  'qwertyuiop asdfghjkl zxcvbnm 1234567890 abcdefghijklmnopqrstuvwxyz 1qaz2wsx3edc4rfv5tgb6yhn7ujm'
const mirrored = [...keyboard].reverse().join('')

function isRun(text: string): boolean {
  const lower = text.toLowerCase()
  let steps = 0
  for (let at = 1; at < lower.length; at += 1) {
    const pair = lower.slice(at - 1, at + 1)
    if (pair[0] === pair[1] || keyboard.includes(pair) || mirrored.includes(pair)) steps += 1
  }
  return steps > (lower.length - 1) * 0.7
}

const words =
  /secret|password|passphrase|change.?me|jsonweb|webtoken|your.?key|replace|example|default|private|company|production|development|testing|something|minimum|characters/

const commonPairs = new Set(
  'th he in er an re on at en nd ti es or te ed is it al ar st to nt se ou ea ha ke ey et me ve my'.split(
    ' ',
  ),
)

function isProse(text: string): boolean {
  // Hexadecimal has too few letters to say anything.
  if (/^[0-9a-f]+$/i.test(text)) return false
  if (words.test(undisguise(text)) || isSentence(text)) return true
  const lower = text.toLowerCase()
  let pairs = 0
  let common = 0
  for (let at = 1; at < lower.length; at += 1) {
    const pair = lower.slice(at - 1, at + 1)
    if (/^[a-z]{2}$/.test(pair)) pairs += 1
    if (commonPairs.has(pair)) common += 1
  }
  return common >= 11 && common > pairs * 0.33 && pairs > text.length / 2
}

function isSentence(text: string): boolean {
  const parts = text.split(/[-_ .,:]+/)
  const spelled = parts.filter((part) => /^(?:[A-Za-z][a-z]{1,14}|[A-Z]{2,14})$/.test(part))
  return spelled.join('').length >= 20 && spelled.length >= parts.length * 0.75
}

const disguises: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
}

function undisguise(text: string): string {
  return text.toLowerCase().replace(/[@4310$5]/g, (character) => disguises[character] ?? character)
}

// What was drawn at random and encoded is not all printable.
function isEncodedProse(text: string): boolean {
  const padded = text.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '')
  const base64 = decodeBase64(padded + '='.repeat((4 - (padded.length % 4)) % 4))
  const hex = /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
  return [base64, hex].some((bytes) => /^[\x20-\x7e]{12,}$/.test((bytes && decodeUtf8(bytes)) ?? ''))
}

const commonPasswords =
  ' 1 123 1234 12345 123456 1234567 12345678 123456789 1234567890 0 a abc abc123 admin admin123 azure changeme dev dragon fluid foo foobar guest hello iloveyou jwt key letmein local localhost monkey mysecret null passw0rd password password1 password123 qwerty qwerty123 root secret secret123 secretkey shhhhh supersecret tenant test test123 testing token undefined user welcome'.split(
    ' ',
  )

function isDigestOfCommonPassword(text: string): boolean {
  const hash = { 32: 'md5', 40: 'sha1', 64: 'sha256', 128: 'sha512' }[text.length]
  if (hash === undefined || !/^[0-9a-f]+$/i.test(text)) return false
  const lower = text.toLowerCase()
  return commonPasswords.some((password) => createHash(hash).update(password).digest('hex') === lower)
}
