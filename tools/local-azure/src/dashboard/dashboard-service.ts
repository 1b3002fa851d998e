/**
 * The dashboard: pages rendered here, one small script, no build of its own.
 *
 * The control API in front of it answers programs (host/control-api.ts); these routes answer people.
 */

import { readFile } from 'node:fs/promises'
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { DashboardSources } from '../host/dashboard-sources.ts'
import type { LocalService, ServiceHost } from '../host/service.ts'
import { Actions, type Fields, WrongField } from './actions.ts'
import { DirectoryAdmin, DirectoryRefusal } from './directory-admin.ts'
import { eventStream } from './events.ts'
import { ExternalSignIn } from './external-sign-in.ts'
import { controls } from './pages/controls.ts'
import { functions } from './pages/functions.ts'
import { home } from './pages/home.ts'
import type { Html } from './pages/html.ts'
import { layout, places } from './pages/layout.ts'
import { people, signedIn, signedInWith } from './pages/people.ts'
import { requests } from './pages/requests.ts'
import { service } from './pages/service.ts'
import { settings } from './pages/settings.ts'
import { tokens } from './pages/tokens.ts'
import { probe } from './probe.ts'
import { readView, statefulServices, type View } from './view.ts'

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The dashboard service of local Azure. */
export function createDashboardService(host: ServiceHost, sources: DashboardSources): LocalService {
  const stop = new AbortController()
  const view = (): View => readView(sources, host.tokens, host.endpoints())
  const actions = new Actions(sources, new DirectoryAdmin(sources.services.entra, () => host.endpoints()))
  const app = new Hono()
  app.use(async (context, next) => {
    await next()
    context.header('Content-Security-Policy', policy)
    context.header('X-Content-Type-Options', 'nosniff')
    // Not `no-referrer`: forms would then come from the origin `null`.
    context.header('Referrer-Policy', 'same-origin')
    if (!context.res.headers.has('cache-control')) context.header('Cache-Control', 'no-store')
  })
  addPages(app, view)
  addExternalSignIn(app, view, new ExternalSignIn(sources.services.entra, () => host.endpoints()))
  addActions(app, actions)
  app.get('/events', () => eventStream(view, stop.signal))
  addAssets(app)
  app.notFound((context) =>
    context.html(layout({ title: 'Not here', path: '', content: notFound() }, view()), 404),
  )
  return {
    name: 'dashboard',
    fetch: (request) => app.fetch(request),
    reset: () => undefined,
    close: () => stop.abort(),
  }
}

function addPages(app: Hono, readNow: () => View): void {
  const page = (path: string, render: (view: View, context: Context) => Html | Promise<Html>): void => {
    app.get(path, async (context) => {
      const view = readNow()
      const title = places.find(([place]) => place === path)?.[1] ?? 'Signed in'
      const content = await render(view, context)
      return context.html(layout({ title, path, content, notice: context.req.query('did') }, view))
    })
  }
  page('/', async (view) => {
    const { dashboard, graph, communication, cosmos, fluid, api, demo } = view.endpoints
    const urls = [dashboard.url, graph.endpoint, communication.endpoint, cosmos.endpoint, fluid.endpoint]
    return home(view, await probe([...urls, api.baseUrl, demo.url]))
  })
  page('/functions', async (view) => functions(view, await probe([view.endpoints.api.baseUrl])))
  page('/people', people)
  page('/signed-in', signedIn)
  page('/tokens', (view, { req }) =>
    tokens(view, { service: req.query('service') ?? '', state: req.query('state') ?? '' }),
  )
  page('/log', (view, { req }) => {
    const { service: name = '', status = '', text = '' } = req.query()
    return requests(view, { service: name, status, text })
  })
  for (const name of statefulServices) page(`/${name}`, (view) => service(name, view))
  page('/controls', controls)
  page('/settings', settings)
}

function addExternalSignIn(app: Hono, readNow: () => View, signIn: ExternalSignIn): void {
  app.get('/sign-in/external', async ({ req, redirect }) =>
    redirect(await signIn.begin(req.query('login_hint') ?? '')),
  )
  app.get('/signed-in/external', async (context) => {
    const { code = '', state = '' } = context.req.query()
    const content = signedInWith(await signIn.finish(code, state))
    return context.html(layout({ title: 'Signed in', path: '', content }, readNow()))
  })
}

function addActions(app: Hono, actions: Actions): void {
  const action = (
    path: string,
    back: string,
    act: (fields: Fields, context: Context) => Promise<string>,
  ): void => {
    app.post(path, async (context) => {
      // A page elsewhere, even one of this machine, has no business here.
      if (!isOwnForm(context)) return context.text('Only the dashboard itself may do this.', 403)
      const done = await act(await readFields(context), context).catch(explain)
      if (context.req.header('accept') === 'application/json') return context.json({ done })
      return context.redirect(`${back}?did=${encodeURIComponent(done)}`, 303)
    })
  }
  action('/people', '/people', (fields) => actions.addPerson(fields))
  action('/people/:id/role', '/people', (fields, { req }) => actions.setRole(req.param('id') ?? '', fields))
  action('/people/:id/enabled', '/people', (fields, { req }) =>
    actions.setEnabled(req.param('id') ?? '', fields),
  )
  action('/people/:id/password', '/people', (fields, { req }) =>
    actions.setPassword(req.param('id') ?? '', fields),
  )
  action('/controls/clock', '/controls', (fields) => actions.advanceClock(fields))
  action('/controls/faults', '/controls', (fields) => actions.armFault(fields))
  action('/controls/faults/clear', '/controls', () => actions.clearFaults())
  action('/controls/reset', '/controls', (_fields, { req }) => actions.reset(req.query('service') ?? ''))
  action('/fluid/keys/:key/regenerate', '/fluid', (_fields, { req }) =>
    actions.regenerateFluidKey(req.param('key') ?? ''),
  )
}

function explain(error: unknown): string {
  if (error instanceof WrongField || error instanceof DirectoryRefusal) return error.message
  throw error
}

function isOwnForm({ req }: Context): boolean {
  const site = req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin') return false
  const origin = req.header('origin')
  return origin === undefined || origin === new URL(req.url).origin
}

async function readFields({ req }: Context): Promise<Fields> {
  const body = await req.parseBody()
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

// Beside src and dist alike, so that the same path leads to them from both.
const assetFolder = new URL('../../assets/', import.meta.url)
const assets = {
  'dashboard.css': 'text/css; charset=utf-8',
  'dashboard.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const

function addAssets(app: Hono): void {
  for (const [name, type] of Object.entries(assets)) {
    app.get(`/assets/${name}`, async (context) => {
      const body = await readFile(new URL(name, assetFolder))
      return context.body(new Uint8Array(body), 200, { 'content-type': type, 'cache-control': 'no-cache' })
    })
  }
}

function notFound(): Html {
  return html`<p>There is no such page. <a href="/">Go to the overview</a>.</p>`
}
