/**
 * The API described: for machines as OpenAPI 3.1, for people as a page that needs nothing from elsewhere.
 */

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { escapeHtml } from './escape-html.ts'
import { describeRoutes } from './openapi.ts'
import type { DescriptionOptions } from './openapi-operation.ts'
import { defineRoute, type Route } from './route.ts'
import { failuresOf } from './route-answers.ts'

/** The routes of the two documents, which describe themselves too. */
export function documentRoutes(routes: readonly Route[], options: DescriptionOptions): readonly Route[] {
  const documents: readonly Route[] = [
    defineRoute('v1', {
      method: 'GET',
      path: '/v1/openapi.json',
      access: 'open',
      limit: 'open',
      summary: 'This API as OpenAPI 3.1',
      answers: { 200: z.looseObject({ openapi: z.string() }) },
      handle: () => Response.json(describe(), { headers: { 'cache-control': 'public, max-age=300' } }),
    }),
    defineRoute('v1', {
      method: 'GET',
      path: '/v1/docs',
      access: 'open',
      limit: 'open',
      summary: 'This API as a page',
      answers: { 200: 'html' },
      handle: () =>
        new Response(formatPage([...routes, ...documents]), {
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': `default-src 'none'; style-src '${styleHash}'; frame-ancestors 'none'`,
          },
        }),
    }),
  ]
  const describe = (): object => describeRoutes([...routes, ...documents], options)
  return documents
}

const style =
  ':root{color-scheme:light dark;--ink:#1b1b1f;--paper:#fff;--line:#c8c8d0;--sunk:#f4f4f7;--link:#0b5cad}' +
  '@media(prefers-color-scheme:dark){:root{--ink:#e6e8ec;--paper:#14171b;--line:#3a414b;--sunk:#1e2329;--link:#8abdf5}}' +
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}' +
  'a{color:var(--link)}:focus-visible{outline:3px solid var(--link);outline-offset:2px}' +
  'h2{margin-top:2rem}details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.4rem .8rem}' +
  'summary{cursor:pointer}code,pre{font:14px/1.4 ui-monospace,monospace}pre{overflow:auto;background:var(--sunk);padding:.8rem;border-radius:.4rem}'

const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`

const titles = { v1: 'v1', auth: 'Browser', api: 'api (as the original)' } as const

function formatPage(routes: readonly Route[]): string {
  const sections = (['v1', 'auth', 'api'] as const).map((surface) => {
    const entries = routes.filter((route) => route.surface === surface).map(formatRoute)
    return entries.length === 0 ? '' : `<h2>${titles[surface]}</h2>${entries.join('')}`
  })
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Latchkey API</title>' +
    `<meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main>` +
    '<h1>Latchkey API</h1><p>The same as a document: <a href="/v1/openapi.json">openapi.json</a>.</p>' +
    `${sections.join('')}</main></body></html>`
  )
}

function formatRoute(route: Route): string {
  const answers = Object.entries(route.answers)
    .map(([status, answer]) => `<p>Answers ${escapeHtml(status)}</p>${formatAnswer(answer)}`)
    .join('')
  const failures = [...failuresOf(route)].map(([status, codes]) => `${status} ${codes.join(', ')}`).join('; ')
  return (
    `<details><summary><code>${route.method} ${escapeHtml(route.path)}</code> ${escapeHtml(route.summary)}</summary>` +
    `<p>Access: ${route.access}${route.needsIfMatch ? '; needs If-Match' : ''}</p>` +
    `${formatInput(route)}${answers}<p>Failures: ${escapeHtml(failures)}</p></details>`
  )
}

function formatInput({ body, parameters, query }: Route): string {
  if (parameters) return `<p>Parameters, by query, JSON or form</p>${formatSchema(parameters)}`
  const parts = [query && `<p>Query</p>${formatSchema(query)}`, body && `<p>Body</p>${formatSchema(body)}`]
  return parts.filter(Boolean).join('')
}

function formatAnswer(answer: Route['answers'][number]): string {
  return answer === 'html' ? '<p>A page</p>' : formatSchema(answer)
}

function formatSchema(schema: z.ZodType | undefined): string {
  if (!schema) return ''
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  // What scrolls has to be reachable by keyboard.
  return `<pre tabindex="0">${escapeHtml(JSON.stringify(json, null, 2))}</pre>`
}
