/**
 * Walks through the sign-in page as a browser would: one GET, one form POST, the cookie in between.
 */

export interface SignInOptions {
  readonly email: string
  readonly password?: string
  /** The button to press. */
  readonly action?: string
  readonly more?: Readonly<Record<string, string>>
}

/** The page at an authorize address, with its form's address and hidden field. */
export interface ShownPage {
  readonly status: number
  readonly text: string
  readonly action: string
  readonly transaction: string
  readonly cookie: string
  readonly headers: Headers
}

export async function openPage(authorizeUrl: string): Promise<ShownPage> {
  return readPage(await fetch(authorizeUrl, { redirect: 'manual' }))
}

export async function readPage(response: Response, cookie = ''): Promise<ShownPage> {
  const text = await response.text()
  const unescapeHtml = (value: string): string => value.replaceAll('&amp;', '&')
  return {
    status: response.status,
    text,
    action: unescapeHtml(/<form method="post" action="([^"]*)"/.exec(text)?.[1] ?? ''),
    transaction: /name="transaction" value="([^"]*)"/.exec(text)?.[1] ?? '',
    cookie: response.headers.get('set-cookie')?.split(';')[0] ?? cookie,
    headers: response.headers,
  }
}

export function sendPage(page: ShownPage, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(page.action, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: page.cookie },
    body: new URLSearchParams({ transaction: page.transaction, ...fields }),
  })
}

/** Signs in and answers the address the client is sent back to. */
export async function signInAt(authorizeUrl: string, options: SignInOptions): Promise<URL> {
  const { action = 'sign-in', email, more = {}, password = '' } = options
  const page = await openPage(authorizeUrl)
  const response = await sendPage(page, { action, email, password, ...more })
  const location = response.headers.get('location')
  if (location === null) throw new Error(`No redirect: ${response.status} ${await response.text()}`)
  return new URL(location)
}
