/** The laws of the credential, over 20,000 histories (`LATCHKEY_LONG=1`). */

import '../credential-laws.test.ts'
