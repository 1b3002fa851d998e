/**
 * The pieces every page is made of. Everything that is put in a template is escaped.
 */

import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { type StatefulService, serviceTitles } from '../view.ts'

/** Escaped markup, perhaps still to come. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** A button that copies `value`; `name` is read out. */
export function copyButton(value: string, name: string): Html {
  return html`<button type="button" class="copy" data-copy="${value}" aria-label="Copy ${name}">Copy</button>`
}

/** Text with the keys in it cut short; they are for copying, not for reading. */
export function maskKeys(text: string): string {
  return text.replaceAll(/(LatchkeyLocalKey)[^;\s"&]+/g, '$1…')
}

/** A moment, readable by people and by programs. */
export function instant(atMs: number): Html {
  const iso = new Date(atMs).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(11, 19)}</time>`
}

/** How long until `expiresAtMs`, counted down by the page. */
export function countdown(expiresAtMs: number, nowMs: number): Html {
  const left = remaining(expiresAtMs - nowMs)
  const state = expiresAtMs > nowMs ? 'live' : 'over'
  return html`<span class="countdown" data-expires="${expiresAtMs}" data-state="${state}">${left}</span>`
}

/** A length of time in words; the page's script says it in the same way. */
export function remaining(ms: number): string {
  if (ms <= 0) return 'expired'
  const seconds = Math.floor(ms / 1000)
  const [days, hours, minutes] = [86_400, 3_600, 60].map((unit) => Math.floor(seconds / unit))
  if (days) return `${days} d ${Math.floor((seconds % 86_400) / 3_600)} h left`
  if (hours) return `${hours} h ${Math.floor((seconds % 3_600) / 60)} min left`
  return minutes ? `${minutes} min ${seconds % 60} s left` : `${seconds} s left`
}

export function serviceTag(service: string): Html {
  const title = serviceTitles[service as StatefulService] ?? service
  return html`<span class="tag" data-service="${service}">${title}</span>`
}

/** What stands in one place of a table, alone or with a class of the style sheet. */
export type Cell = Html | string | { readonly content: Html | string; readonly className: string }

/** A table. It scrolls by itself where it is too wide, reachable by keyboard; on a phone each row is a card. */
export function table(
  label: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  empty: string,
): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">
    <table>
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => tableCell(cell, columns[index] ?? ''))}</tr>`)}</tbody>
    </table>
  </div>`
}

// The label stands beside the cell when the row is a card.
function tableCell(cell: Cell, column: string): Html {
  const { content, className } =
    typeof cell === 'object' && 'className' in cell ? cell : { content: cell, className: '' }
  const label = column.slice(0, 1).toUpperCase() + column.slice(1)
  return html`<td class="${className}" data-label="${label}">${content}</td>`
}

/** A part of a page the script keeps fresh. `id` must not change. */
export function live(id: string, content: Html): Html {
  return html`<div id="${id}" data-live>${content}</div>`
}

/** The options of a select, with the chosen one marked. */
export function options(choices: readonly (readonly [string, string])[], chosen: string): readonly Html[] {
  return choices.map(([value, title]) =>
    value === chosen
      ? html`<option value="${value}" selected>${title}</option>`
      : html`<option value="${value}">${title}</option>`,
  )
}
