/**
 * Identifiers, token credentials and HMAC request signing for Azure Communication Services, and the few small things
 * every Latchkey package shares.
 *
 * @module
 */

export { decodeBase64, decodeBase64Url, decodeUtf8, encodeBase64, encodeBase64Url } from './base64.ts'
export type { Cancel, Clock } from './clock.ts'
export { systemClock } from './clock.ts'
export type { CompactJws, CompactJwsErrorCode, JsonObject } from './compact-jws.ts'
export { maxCompactJwsLength, parseCompactJws } from './compact-jws.ts'
export type { ErrorDetails, LatchkeyErrorOptions } from './errors.ts'
export { isLatchkeyError, LatchkeyError } from './errors.ts'
export { isLocalKey, isLoopbackUrl, localKeyHead } from './local-key.ts'
export { Secret } from './secret.ts'
