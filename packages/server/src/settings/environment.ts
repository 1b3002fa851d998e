/**
 * Reads single settings from environment variables.
 *
 * What is wrong is remembered, and reading goes on with something of the right type in its place: `finish` throws before
 * any of that is used. Every problem names the variable and never shows its value.
 */

import { decodeBase64, decodeBase64Url, isLocalKey, isLoopbackUrl, Secret } from '@latchkey/common'
import { serverError } from '../errors.ts'
import type { NamedKey } from '../sessions/key-ring.ts'
import { type AddressUse, judgeAddress } from './address.ts'
import { SettingProblems } from './setting-problems.ts'

/** Environment variables by name, for example `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads typed values from one environment. */
export class EnvironmentReader {
  readonly #environment: Environment
  readonly #problems = new SettingProblems()
  readonly #services = new Map<string, string>()
  /** Whether local keys, loopback addresses and plain http are accepted. */
  readonly isDevelopment: boolean

  /** @throws `ERR_SERVER_SETTINGS` for anything but an object. */
  constructor(environment: Environment) {
    if (typeof environment !== 'object' || environment === null)
      throw serverError('ERR_SERVER_SETTINGS', 'environment must be an object, for example process.env')
    this.#environment = environment
    const stages = [environment['AZURE_FUNCTIONS_ENVIRONMENT'], environment['NODE_ENV']].filter(Boolean)
    const isHosted = (environment['WEBSITE_INSTANCE_ID'] ?? '') !== ''
    this.isDevelopment =
      !isHosted && stages.length > 0 && stages.every((stage) => stage?.toLowerCase() === 'development')
  }

  /** Remembers that a variable is wrong; what is said first of one counts. */
  refuse(variable: string, why: string): void {
    this.#problems.add(variable, why)
  }

  /** Whether anything is wrong with one of these, so that nothing can be judged by them. */
  isRefused(...variables: readonly string[]): boolean {
    return this.#problems.concern(...variables)
  }

  /** @throws `ERR_SERVER_SETTINGS` with everything that is wrong. */
  finish(): void {
    this.#problems.throwIfAny()
  }

  optional(name: string): string | undefined {
    const value = this.#environment[name]
    if (value !== undefined && typeof value !== 'string') this.refuse(name, 'must be a text')
    const text = typeof value === 'string' ? value.trim() : ''
    return text === '' ? undefined : text
  }

  required(name: string): string {
    const value = this.optional(name)
    if (value === undefined) this.refuse(name, 'is not set')
    return value ?? ''
  }

  secret(name: string): Secret {
    return this.optionalSecret(name) ?? new Secret(this.required(name))
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
    if (key && text.length < 32)
      this.refuse(name, 'must have at least 32 characters: try openssl rand -hex 32')
    if (key && new Set(text).size < 8) this.refuse(name, 'must be random: try openssl rand -hex 32')
    return key
  }

  /** An address that must be there; what stands in for a wrong one is an address too. */
  url(name: string, use: AddressUse): string {
    const value = this.optionalUrl(name, use)
    if (value === undefined) this.refuse(name, 'is not set')
    return value ?? standIn
  }

  /** An address: https, and not of this machine, outside development. */
  optionalUrl(name: string, use: AddressUse): string | undefined {
    const value = this.optional(name)
    if (value === undefined) return undefined
    const judged = judgeAddress(value, use, this.isDevelopment)
    if ('address' in judged) {
      if (use !== 'public') this.noteService(name, judged.address)
      return judged.address
    }
    this.refuse(name, judged.problem)
    return standIn
  }

  choice<const Choice extends string>(
    name: string,
    choices: readonly [Choice, ...Choice[]],
    preset?: NoInfer<Choice>,
  ): Choice {
    const value = this.optional(name) ?? preset
    const choice = choices.find((candidate) => candidate === value)
    if (choice === undefined)
      this.refuse(name, value === undefined ? 'is not set' : `must be one of ${choices.join(', ')}`)
    return choice ?? choices[0]
  }

  flag(name: string): boolean {
    return this.choice(name, ['true', 'false'], 'false') === 'true'
  }

  whole(name: string, preset: number, least: number, most: number): number {
    const text = this.optional(name)
    if (text === undefined) return preset
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most))
      this.refuse(name, `must be a whole number from ${least} to ${most}`)
    return value
  }

  list(name: string): readonly string[] {
    const parts = (this.optional(name) ?? '').split(',').map((part) => part.trim())
    return parts.filter((part) => part !== '')
  }

  /** `kid:key` pairs, newest first. */
  keys(name: string): readonly NamedKey[] {
    const keys = this.list(name).map((pair) => this.#key(name, pair))
    if (keys.length === 0) this.refuse(name, 'is not set')
    if (new Set(keys.map(({ kid }) => kid)).size !== keys.length) this.refuse(name, 'names one kid twice')
    return keys
  }

  /** Remembers that the server will trust, or be trusted by, what is at an address. */
  noteService(name: string, address: string): void {
    this.#services.set(name, address)
  }

  /** Keys of local Azure go with what is on this machine, not even in development with anything real. */
  refuseLocalKeysBeside(name: string, addressName: string, address: string): void {
    if (this.isRefused(addressName) || isLoopbackUrl(address)) return
    for (const pair of this.list(name))
      if (isLocalKey(pair.slice(pair.indexOf(':') + 1)))
        this.refuse(name, `is a key of local Azure, but ${addressName} is not on this machine`)
  }

  /**
   * The same for a key that opens this server, and so everything behind it: it may stand beside none that is elsewhere.
   * To be asked when every address has been read.
   */
  refuseLocalKeysBesideServices(name: string): void {
    for (const [addressName, address] of this.#services)
      this.refuseLocalKeysBeside(name, addressName, address)
  }

  refuseLocalKey(name: string, key: string): void {
    if (!this.isDevelopment && isLocalKey(key))
      this.refuse(name, 'is a key of local Azure, which only development allows')
  }

  #key(name: string, pair: string): NamedKey {
    const colon = pair.indexOf(':')
    const kid = pair.slice(0, Math.max(colon, 0))
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(kid)) this.refuse(name, 'must be a list of kid:key, newest first')
    const text = pair.slice(colon + 1)
    this.refuseLocalKey(name, text)
    const bytes = decodeBase64(text) ?? decodeBase64Url(text) ?? new Uint8Array()
    if (bytes.length < 32) this.refuse(name, 'must hold keys of at least 32 bytes in base64')
    else if (isWeak(bytes)) this.refuse(name, 'must hold random keys: try openssl rand -base64 32')
    return { kid, secret: new Secret<Uint8Array>(bytes) }
  }
}

const standIn = 'https://refused.invalid'

// Random bytes are practically never all printable and never few; a passphrase or a pattern is one of the two.
function isWeak(bytes: Uint8Array): boolean {
  return new Set(bytes).size < 16 || bytes.every((byte) => byte >= 0x09 && byte < 0x7f)
}
