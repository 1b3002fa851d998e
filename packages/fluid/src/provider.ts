/**
 * Provides a Fluid client with tokens that a server signed. For browsers: nothing here signs.
 *
 * @module
 */

export type { FluidTokenFetchErrorCode } from './provider/fetch-error.ts'
export { FluidTokenFetchError } from './provider/fetch-error.ts'
export type {
  FetchedToken,
  FluidTokenProvider,
  FluidTokenResponse,
  TokenFetch,
  TokenProviderOptions,
} from './provider/token-provider.ts'
export { createTokenProvider } from './provider/token-provider.ts'
