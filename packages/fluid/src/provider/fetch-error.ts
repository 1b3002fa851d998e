/**
 * The error that a Fluid client gets when there is no token.
 */

import { LatchkeyError } from '@latchkey/common'

/** Why there is no token. */
export type FluidTokenFetchErrorCode =
  | 'ERR_FLUID_TOKEN_FETCH'
  | 'ERR_FLUID_TOKEN_FETCH_REFUSED'
  | 'ERR_FLUID_TOKEN_FETCH_ANSWER'
  | 'ERR_FLUID_TOKEN_FETCH_TIMEOUT'

/**
 * No token could be had.
 *
 * The Fluid driver decides by `canRetry`: if true, it asks again for as long as it takes; if false, it disposes the
 * container.
 */
export class FluidTokenFetchError extends LatchkeyError<FluidTokenFetchErrorCode> {
  override readonly name: string = 'FluidTokenFetchError'
  readonly canRetry: boolean

  constructor(code: FluidTokenFetchErrorCode, canRetry: boolean, cause?: unknown) {
    super(messages[code], { code, cause })
    this.canRetry = canRetry
  }
}

const messages: Readonly<Record<FluidTokenFetchErrorCode, string>> = {
  ERR_FLUID_TOKEN_FETCH: 'The Fluid token could not be fetched',
  ERR_FLUID_TOKEN_FETCH_REFUSED: 'The server refused a Fluid token',
  ERR_FLUID_TOKEN_FETCH_ANSWER: 'The server answered something that is not a Fluid token',
  ERR_FLUID_TOKEN_FETCH_TIMEOUT: 'The server did not answer with a Fluid token in time',
}
