/**
 * Provides a Fluid client with tokens that a server signed. For browsers: nothing here signs.
 *
 * @module
 */

export type { FluidTokenFetchErrorCode } from './provider/fetch-error.ts'
export { FluidTokenFetchError } from './provider/fetch-error.ts'
export type { FetchedToken } from './provider/fetched-token.ts'
export type { TokenFetch, TokenProviderOptions } from './provider/provider-options.ts'
export type { FluidTokenProvider, FluidTokenResponse } from './provider/token-provider.ts'
export { createTokenProvider } from './provider/token-provider.ts'
