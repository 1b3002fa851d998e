/**
 * Sends a page with headers that let it do nothing but what it is for.
 */

import { createHash } from 'node:crypto'
import { formPostScript } from './form-post-script.ts'
import type { Html } from './html.ts'
import { style } from './style.ts'

export interface PageOptions {
  /** Whether the page is the one that sends itself. */
  readonly script?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

/** The answer with a page in it. */
export function pageResponse(page: Html, status: number, options: PageOptions = {}): Response {
  return new Response(page.text, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy(options.script ?? false),
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      ...options.headers,
    },
  })
}

function policy(script: boolean): string {
  // Chromium holds form-action against the redirects that follow, and those go to the client: any port of this machine.
  const clients = ['http', 'https'].flatMap((scheme) => [
    `${scheme}://127.0.0.1:*`,
    `${scheme}://localhost:*`,
  ])
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    'img-src data:',
    ...(script ? [`script-src ${hash(formPostScript)}`] : []),
    `form-action 'self' ${clients.join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
