/**
 * What `start` and `azure` print once everything runs.
 *
 * At most 80 columns, except that a key, and a command with one, stands on a line of its own, whole, to be copied. Plain URLs, which
 * every terminal makes clickable.
 */

import type { Endpoints } from '../endpoints.ts'
import { firstCall } from '../function-calls.ts'

/** What of it runs, and how it is printed. */
export interface StartTableOptions {
  /** Whether the API runs too. Default true. */
  readonly api?: boolean
  /** Whether the demo runs too. Default true. */
  readonly demo?: boolean
  /** Whether headings are bold and remarks dim, for a terminal. Default false. */
  readonly color?: boolean
}

type Row = readonly [name: string, text: string, remark?: string]

interface Section {
  readonly title: string
  readonly rows: readonly Row[]
}

/** The table as text, without a line break at the end. */
export function startTable(endpoints: Endpoints, options: StartTableOptions = {}): string {
  const { api = true, demo = true, color = false } = options
  const paint = painter(color)
  const sections = [
    { title: 'Open', rows: openRows(endpoints, api, demo) },
    { title: 'Services', rows: serviceRows(endpoints) },
    {
      title: 'People',
      rows: endpoints.users.map(({ email, password, role }) => [email, password, role] as const),
    },
  ]
  return [
    '',
    `${paint.bold('Local Azure is ready.')} Offline, on this machine only, not for production.`,
    ...sections.flatMap((section) => ['', ...printSection(section, paint)]),
    '',
    paint.bold('Keys'),
    ...keyRows(endpoints, api).flatMap(([name, key]) => [`  ${name}`, key]),
    '',
    paint.bold('Try first'),
    ...firstSteps(endpoints, demo).map((step, index) => `  ${index + 1}. ${step}`),
    ...(api ? ['  3. Call one of the seven functions:', firstCall(endpoints)] : []),
    '',
    paint.dim('Everything to copy: the dashboard, or --json. Ctrl-C stops and keeps the data.'),
  ].join('\n')
}

function openRows({ dashboard, demo, api }: Endpoints, hasApi: boolean, hasDemo: boolean): readonly Row[] {
  return [
    ...(hasDemo ? [['Demo', demo.url, 'sign in, chat, edit together'] as const] : []),
    ['Dashboard', dashboard.url, 'people, tokens, requests, clock'],
    ...(hasApi ? [['API', `${api.baseUrl}/v1/docs`, 'every route'] as const] : []),
  ]
}

function serviceRows({ entra, graph, communication, cosmos, fluid }: Endpoints): readonly Row[] {
  const graphUrl = new URL(graph.endpoint)
  const port = (url: string): string => `https ${new URL(url).port}`
  return [
    ['Entra', graphUrl.origin, `${port(entra.b2c.authority)}, Graph under ${graphUrl.pathname}`],
    ['Communication', communication.endpoint, port(communication.httpsEndpoint)],
    ['Cosmos DB', cosmos.endpoint, port(cosmos.httpsEndpoint)],
    ['Fluid Relay', fluid.endpoint, 'type remote'],
  ]
}

function keyRows({ communication, cosmos, fluid, api }: Endpoints, hasApi: boolean): readonly Row[] {
  return [
    ['Communication access key', communication.accessKey],
    ['Cosmos DB key', cosmos.key],
    ['Fluid Relay tenant id', fluid.tenantId],
    ['Fluid Relay primary key', fluid.primaryKey],
    ...(hasApi ? [['API function key', api.functionKey] as const] : []),
  ]
}

function firstSteps({ dashboard, demo, users }: Endpoints, hasDemo: boolean): readonly string[] {
  const person = users[0]
  const signIn = person ? `sign in as ${person.email}` : 'sign in'
  return hasDemo
    ? [`Open ${demo.url} and ${signIn}`, `Watch the tokens: ${dashboard.url}/tokens`]
    : [`Open ${dashboard.url}/people and ${signIn}`, `Copy the settings: ${dashboard.url}/settings`]
}

function printSection({ title, rows }: Section, paint: Painter): readonly string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map(([name, text, remark]) => {
    const head = `  ${name.padEnd(widths[0] ?? 0)}  `
    if (remark === undefined) return `${head}${text}`
    return `${head}${text.padEnd(widths[1] ?? 0)}  ${paint.dim(remark)}`
  })
  return [paint.bold(title), ...lines]
}

interface Painter {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

function painter(color: boolean): Painter {
  if (!color) return { bold: (text) => text, dim: (text) => text }
  return { bold: (text) => `\u001B[1m${text}\u001B[22m`, dim: (text) => `\u001B[2m${text}\u001B[22m` }
}
