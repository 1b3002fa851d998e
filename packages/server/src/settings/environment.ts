/**
 * Reads single settings from environment variables; every error names the variable and never shows its value.
 */

import { decodeBase64, decodeBase64Url, isLocalKey, isLoopbackUrl, Secret } from '@latchkey/common'
import { serverError } from '../errors.ts'
import type { NamedKey } from '../sessions/key-ring.ts'

/** Environment variables by name, for example `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Stops start-up, naming the variable. */
export function refuse(variable: string, why: string): never {
  throw serverError('ERR_SERVER_SETTINGS', `${variable} ${why}`, { variable })
}

/** Reads typed values from one environment. */
export class EnvironmentReader {
  readonly #environment: Environment
  /** Whether local keys, loopback addresses and plain http are accepted. */
  readonly isDevelopment: boolean

  constructor(environment: Environment) {
    this.#environment = environment
    const stages = [environment['AZURE_FUNCTIONS_ENVIRONMENT'], environment['NODE_ENV']].filter(Boolean)
    const isHosted = (environment['WEBSITE_INSTANCE_ID'] ?? '') !== ''
    this.isDevelopment =
      !isHosted && stages.length > 0 && stages.every((stage) => stage?.toLowerCase() === 'development')
  }

  optional(name: string): string | undefined {
    const value = this.#environment[name]?.trim()
    return value === '' ? undefined : value
  }

  required(name: string): string {
    return this.optional(name) ?? refuse(name, 'is not set')
  }

  secret(name: string): Secret {
    return this.optionalSecret(name) ?? refuse(name, 'is not set')
  }

  optionalSecret(name: string): Secret | undefined {
    const value = this.optional(name)
    if (value === undefined) return undefined
    this.refuseLocalKey(name, value)
    return new Secret(value)
  }

  /** A key that guards or signs something by itself: at least 32 characters, and not a pattern. */
  optionalKey(name: string): Secret | undefined {
    const key = this.optionalSecret(name)
    const text = key?.reveal() ?? ''
    if (key && text.length < 32) refuse(name, 'must have at least 32 characters: try openssl rand -hex 32')
    if (key && new Set(text).size < 8) refuse(name, 'must be random: try openssl rand -hex 32')
    return key
  }

  url(name: string): string {
    return this.optionalUrl(name) ?? refuse(name, 'is not set')
  }

  /** An address: https, and not of this machine, outside development. */
  optionalUrl(name: string): string | undefined {
    const value = this.optional(name)
    if (value === undefined) return undefined
    const url = URL.parse(value)
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
      refuse(name, 'must be an http or https address without credentials')
    if (isLoopbackUrl(url)) {
      if (!this.isDevelopment) refuse(name, 'points at this machine, which only development allows')
    } else if (url.protocol !== 'https:') refuse(name, 'must use https')
    return value.replace(/\/$/, '')
  }

  choice<const Choice extends string>(name: string, choices: readonly Choice[], preset?: Choice): Choice {
    const value = this.optional(name) ?? preset ?? refuse(name, 'is not set')
    const choice = choices.find((candidate) => candidate === value)
    return choice ?? refuse(name, `must be one of ${choices.join(', ')}`)
  }

  flag(name: string): boolean {
    return this.choice(name, ['true', 'false'], 'false') === 'true'
  }

  whole(name: string, preset: number, least: number, most: number): number {
    const text = this.optional(name)
    if (text === undefined) return preset
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) refuse(name, `must be a whole number from ${least} to ${most}`)
    return value
  }

  list(name: string): readonly string[] {
    const parts = (this.optional(name) ?? '').split(',').map((part) => part.trim())
    return parts.filter((part) => part !== '')
  }

  /** `kid:key` pairs, newest first. */
  keys(name: string): readonly NamedKey[] {
    const keys = this.list(name).map((pair) => this.#key(name, pair))
    if (keys.length === 0) refuse(name, 'is not set')
    if (new Set(keys.map(({ kid }) => kid)).size !== keys.length) refuse(name, 'names one kid twice')
    return keys
  }

  /** Keys of local Azure go with people of local Azure, not even in development with anybody real. */
  refuseLocalKeysBeside(name: string, url: string): void {
    if (isLoopbackUrl(url)) return
    for (const pair of this.list(name))
      if (isLocalKey(pair.slice(pair.indexOf(':') + 1)))
        refuse(name, `is a key of local Azure but ${new URL(url).hostname} is real`)
  }

  refuseLocalKey(name: string, key: string): void {
    if (!this.isDevelopment && isLocalKey(key))
      refuse(name, 'is a key of local Azure, which only development allows')
  }

  #key(name: string, pair: string): NamedKey {
    const colon = pair.indexOf(':')
    const kid = pair.slice(0, Math.max(colon, 0))
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(kid)) refuse(name, 'must be a list of kid:key, newest first')
    const text = pair.slice(colon + 1)
    this.refuseLocalKey(name, text)
    const bytes = decodeBase64(text) ?? decodeBase64Url(text)
    if (!bytes || bytes.length < 32) refuse(name, 'must hold keys of at least 32 bytes in base64')
    if (isWeak(bytes)) refuse(name, 'must hold random keys: try openssl rand -base64 32')
    return { kid, secret: new Secret<Uint8Array>(bytes) }
  }
}

// Random bytes are practically never all printable and never few; a passphrase or a pattern is one of the two.
function isWeak(bytes: Uint8Array): boolean {
  return new Set(bytes).size < 16 || bytes.every((byte) => byte >= 0x09 && byte < 0x7f)
}
