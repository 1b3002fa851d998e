/**
 * What each code of B2C means: the OAuth error and the text, with places for facts.
 */

/** A code of B2C. */
export type B2cErrorCode =
  | 'AADB2C90006'
  | 'AADB2C90008'
  | 'AADB2C90010'
  | 'AADB2C90013'
  | 'AADB2C90014'
  | 'AADB2C90017'
  | 'AADB2C90018'
  | 'AADB2C90043'
  | 'AADB2C90057'
  | 'AADB2C90058'
  | 'AADB2C90067'
  | 'AADB2C90068'
  | 'AADB2C90077'
  | 'AADB2C90079'
  | 'AADB2C90080'
  | 'AADB2C90081'
  | 'AADB2C90083'
  | 'AADB2C90084'
  | 'AADB2C90085'
  | 'AADB2C90086'
  | 'AADB2C90088'
  | 'AADB2C90090'
  | 'AADB2C90091'
  | 'AADB2C90110'
  | 'AADB2C90111'
  | 'AADB2C90114'
  | 'AADB2C90115'
  | 'AADB2C90117'
  | 'AADB2C90118'
  | 'AADB2C90128'
  | 'AADB2C90129'
  | 'AADB2C90146'
  | 'AADB2C90182'
  | 'AADB2C90183'
  | 'AADB2C90184'
  | 'AADB2C90224'
  | 'AADB2C90225'
  | 'AADB2C90226'
  | 'AADB2C99002'
  | 'AADB2C99059'

export const b2cErrors: Readonly<Record<B2cErrorCode, readonly [error: string, text: string]>> = {
  AADB2C90006: [
    'invalid_request',
    "The redirect URI '{0}' provided in the request is not registered for the client id '{1}'.",
  ],
  AADB2C90008: ['invalid_request', 'The request does not contain a client id parameter.'],
  AADB2C90010: ['invalid_request', 'The request does not contain a scope parameter.'],
  AADB2C90013: [
    'unsupported_response_type',
    "The requested response type '{0}' provided in the request is not supported.",
  ],
  AADB2C90014: [
    'invalid_request',
    "The requested response mode '{0}' provided in the request is not supported.",
  ],
  AADB2C90017: ['invalid_client', 'The client assertion provided in the request is invalid: {0}'],
  AADB2C90018: [
    'unauthorized_client',
    "The client id '{0}' specified in the request is not registered in tenant '{1}'.",
  ],
  AADB2C90043: [
    'invalid_request',
    "The prompt included in the request contains invalid values. Expected 'none', 'login', 'consent' or 'select_account'.",
  ],
  AADB2C90057: [
    'unauthorized_client',
    'The provided application is not configured to allow the OAuth Implicit flow.',
  ],
  AADB2C90058: ['unauthorized_client', 'The provided application is not configured to allow public clients.'],
  AADB2C90067: [
    'invalid_request',
    "The post logout redirect URI '{0}' has an invalid format. Specify an https based URL such as 'https://example.com/return' or for native clients use the IETF native client URI 'urn:ietf:wg:oauth:2.0:oob'.",
  ],
  AADB2C90068: [
    'invalid_grant',
    "The provided application with ID '{0}' is not valid against this service. Use an application created via the B2C portal and try again.",
  ],
  AADB2C90077: [
    'login_required',
    "User does not have an existing session and request prompt parameter has a value of '{0}'.",
  ],
  AADB2C90079: ['invalid_request', 'Clients must send a client_secret when redeeming a confidential grant.'],
  AADB2C90080: [
    'invalid_grant',
    'The provided grant has expired. Please re-authenticate and try again. Current time: {0}, Grant issued time: {1}, Grant expiration time: {2}',
  ],
  AADB2C90081: [
    'invalid_client',
    'The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again.',
  ],
  AADB2C90083: ['invalid_request', 'The request is missing required parameter: {0}.'],
  AADB2C90084: [
    'invalid_request',
    'Public clients should not send a client_secret when redeeming a publicly acquired grant.',
  ],
  AADB2C90085: [
    'server_error',
    'The service has encountered an internal error. Please reauthenticate and try again.',
  ],
  AADB2C90086: ['unsupported_grant_type', 'The supplied grant_type [{0}] is not supported.'],
  AADB2C90088: [
    'invalid_grant',
    'The provided grant has not been issued for this endpoint. Actual Value : {0} and Expected Value : {1}',
  ],
  AADB2C90090: ['invalid_grant', 'The provided JWE is not a valid 5 segment token.'],
  AADB2C90091: ['access_denied', 'The user has cancelled entering self-asserted information.'],
  AADB2C90110: [
    'invalid_request',
    "The scope parameter must include 'openid' when requesting a response_type that includes 'id_token'.",
  ],
  AADB2C90111: [
    'access_denied',
    'Your account has been locked. Contact your support person to unlock it, then try again.',
  ],
  AADB2C90114: [
    'access_denied',
    'Your account is temporarily locked to prevent unauthorized use. Try again later.',
  ],
  AADB2C90115: [
    'invalid_request',
    "When requesting the 'code' response_type, the scope parameter must include a resource or client ID for access tokens, and 'openid' for ID tokens. Additionally include 'offline_access' for refresh tokens.",
  ],
  AADB2C90117: ['invalid_scope', "The scope '{0}' provided in the request is not supported."],
  AADB2C90118: ['access_denied', 'The user has forgotten their password.'],
  AADB2C90128: [
    'invalid_grant',
    'The account associated with this grant no longer exists. Please reauthenticate and try again.',
  ],
  AADB2C90129: ['invalid_grant', 'The provided grant has been revoked. Please reauthenticate and try again.'],
  AADB2C90146: [
    'invalid_scope',
    "The scope '{0}' provided in request specifies more than one resource for an access token, which is not supported.",
  ],
  AADB2C90182: ['invalid_grant', 'The supplied code_verifier does not match associated code_challenge.'],
  AADB2C90183: ['invalid_grant', 'The supplied code_verifier is invalid.'],
  AADB2C90184: [
    'invalid_request',
    'The supplied code_challenge_method is not supported. Supported values are plain or S256.',
  ],
  AADB2C90224: ['unauthorized_client', 'Resource owner flow has not been enabled for the application.'],
  AADB2C90225: ['access_denied', 'The username or password provided in the request are invalid.'],
  AADB2C90226: ['invalid_request', 'The specified token exchange is only supported over HTTP POST.'],
  AADB2C99002: ['access_denied', "User doesn't exist."],
  AADB2C99059: ['invalid_request', 'The supplied request must present a code_challenge.'],
}
