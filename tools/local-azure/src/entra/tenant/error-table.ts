/**
 * What each number of Entra means: the OAuth error, the status and the text, with places for facts.
 */

/** A number of Entra. */
export type EntraErrorNumber =
  | 50011
  | 50034
  | 50053
  | 50057
  | 50058
  | 50126
  | 50173
  | 54005
  | 65004
  | 70000
  | 70003
  | 70008
  | 70011
  | 50148
  | 500011
  | 501481
  | 700005
  | 700016
  | 700025
  | 700027
  | 700051
  | 700054
  | 700082
  | 7000215
  | 7000218
  | 7000222
  | 900144
  | 900561
  | 900971
  | 901007
  | 9002313
  | 9002325
  | 9002332
  | 1003037
  | 1003031
  | 550022

export const entraErrors: Readonly<
  Record<EntraErrorNumber, readonly [error: string, status: number, text: string]>
> = {
  50011: [
    'invalid_request',
    400,
    "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'.",
  ],
  50034: [
    'invalid_grant',
    400,
    'The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
  ],
  50053: [
    'invalid_grant',
    400,
    'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
  ],
  50057: ['invalid_grant', 400, 'The user account is disabled.'],
  50058: ['login_required', 400, 'A silent sign-in request was sent but no user is signed in.'],
  50126: ['invalid_grant', 400, 'Error validating credentials due to invalid username or password.'],
  50173: [
    'invalid_grant',
    400,
    'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
  ],
  54005: [
    'invalid_grant',
    400,
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  ],
  65004: ['access_denied', 400, 'User declined to consent to access the app.'],
  70000: ['invalid_grant', 400, 'Provided grant is invalid or malformed.'],
  70003: ['unsupported_grant_type', 400, "The app requested an unsupported grant type '{0}'."],
  70008: [
    'invalid_grant',
    400,
    'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  ],
  70011: [
    'invalid_scope',
    400,
    "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {0} is not valid.",
  ],
  50148: [
    'invalid_grant',
    400,
    'The code_verifier does not match the code_challenge supplied in the authorization request.',
  ],
  500011: [
    'invalid_resource',
    400,
    'The resource principal named {0} was not found in the tenant named {1}.',
  ],
  501481: [
    'invalid_grant',
    400,
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  ],
  700005: [
    'invalid_grant',
    400,
    'Provided Authorization Code is intended to use against other tenant, thus rejected.',
  ],
  700016: [
    'unauthorized_client',
    400,
    "Application with identifier '{0}' was not found in the directory '{1}'.",
  ],
  700025: [
    'invalid_client',
    401,
    "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  ],
  700027: [
    'invalid_client',
    401,
    'The certificate with identifier used to sign the client assertion is not registered on application, or the assertion failed signature validation.',
  ],
  700051: ['unsupported_response_type', 400, "response_type '{0}' is not enabled for the application."],
  700054: ['unsupported_response_type', 400, "response_type 'id_token' is not enabled for the application."],
  700082: ['invalid_grant', 400, 'The refresh token has expired due to inactivity.'],
  7000215: [
    'invalid_client',
    401,
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'.",
  ],
  7000218: [
    'invalid_client',
    401,
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ],
  7000222: ['nativeauthapi_disabled', 400, "Native authentication is not enabled for the application '{0}'."],
  900144: ['invalid_request', 400, "The request body must contain the following parameter: '{0}'."],
  900561: ['invalid_request', 400, 'The endpoint only accepts POST requests. Received a GET request.'],
  900971: ['invalid_request', 400, 'No reply address provided.'],
  901007: ['unsupported_challenge_type', 400, "The challenge_type parameter must contain 'redirect'."],
  9002313: ['invalid_request', 400, 'Invalid request. Request is malformed or invalid.'],
  9002325: [
    'invalid_request',
    400,
    'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  ],
  9002332: ['invalid_request', 400, "The 'prompt' parameter value '{0}' is not supported."],
  1003037: ['expired_token', 400, 'The continuation token has expired.'],
  1003031: ['user_not_found', 400, 'The user account does not exist in the directory.'],
  550022: [
    'invalid_request',
    400,
    "The 'response_mode' parameter value '{0}' is not supported for the response type.",
  ],
}
