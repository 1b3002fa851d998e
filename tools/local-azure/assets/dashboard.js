/**
 * Keeps the dashboard's pages fresh, counts lives down, copies, and decodes what is pasted. Without it every page and
 * form still works.
 */

// How far the clock of local Azure is from this browser's.
let aheadMs = Number(document.body.dataset.now) - Date.now()

const now = () => Date.now() + aheadMs

/** The words the server uses too: pages/html.ts. */
function remaining(ms) {
  if (ms <= 0) return 'expired'
  const seconds = Math.floor(ms / 1000)
  const [days, hours, minutes] = [86_400, 3_600, 60].map((unit) => Math.floor(seconds / unit))
  if (days) return `${days} d ${Math.floor((seconds % 86_400) / 3_600)} h left`
  if (hours) return `${hours} h ${Math.floor((seconds % 3_600) / 60)} min left`
  return minutes ? `${minutes} min ${seconds % 60} s left` : `${seconds} s left`
}

function tick() {
  for (const element of document.querySelectorAll('.countdown')) {
    const left = Number(element.dataset.expires) - now()
    element.textContent = remaining(left)
    element.dataset.state = left <= 0 ? 'over' : left < 300_000 ? 'soon' : 'live'
  }
  for (const bar of document.querySelectorAll('details[open] progress')) {
    bar.value = Math.max(Number(bar.dataset.expires) - now(), 0)
  }
  for (const clock of document.querySelectorAll('[data-clock]')) {
    clock.textContent = new Date(now()).toISOString().slice(0, 19).replace('T', ' ')
  }
}

const seen = new WeakMap()

/** Puts a new state in place without losing what is open, where the focus is, or what is being chosen. */
function replaceLive(fresh) {
  for (const region of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(region.id)
    if (!next || next.innerHTML === seen.get(region)) continue
    if (region.querySelector('select:focus, input:focus, textarea:focus')) continue
    const html = next.innerHTML
    const open = new Set([...region.querySelectorAll('details[open]')].map((details) => details.dataset.key))
    for (const details of next.querySelectorAll('details')) details.open = open.has(details.dataset.key)
    const focused = region.contains(document.activeElement)
      ? pathTo(document.activeElement, region)
      : undefined
    region.replaceChildren(...next.childNodes)
    seen.set(region, html)
    if (focused) follow(focused, region)?.focus({ preventScroll: true })
  }
  const menu = fresh.querySelector('nav')
  if (menu && !document.querySelector('nav').contains(document.activeElement)) {
    document.querySelector('nav').replaceChildren(...menu.childNodes)
  }
}

function pathTo(element, region) {
  const label = element.getAttribute('aria-label')
  const key = element.closest('[data-key]')?.dataset.key
  return region.contains(element) ? { label, key, tag: element.tagName } : undefined
}

function follow({ label, key, tag }, region) {
  const within =
    key === undefined ? region : (region.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? region)
  return [...within.querySelectorAll(tag)].find((element) => element.getAttribute('aria-label') === label)
}

let asking = false
let askAgain = false

async function refresh() {
  askAgain = asking
  if (asking) return
  asking = true
  try {
    const response = await fetch(location.pathname + location.search, { headers: { accept: 'text/html' } })
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
    aheadMs = Number(fresh.body.dataset.now) - Date.now()
    replaceLive(fresh)
    tick()
  } catch {
    // Local Azure is gone or restarting; the event source keeps trying.
  } finally {
    asking = false
    if (askAgain) void refresh()
  }
}

/** Asks for the page again whenever the server says that something changed. */
function listen() {
  const events = new EventSource('/events')
  // The page that was just rendered is as fresh as the first event.
  let isFresh = true
  events.addEventListener('change', () => {
    if (!isFresh) void refresh()
    isFresh = false
  })
  const gone = document.querySelector('.gone')
  events.addEventListener('error', () => {
    gone.hidden = false
  })
  events.addEventListener('open', () => {
    gone.hidden = true
  })
  return events
}

// A page nobody looks at asks for nothing, and leaves the few connections a browser allows to the others.
let events = listen()
document.addEventListener('visibilitychange', () => {
  events.close()
  if (document.hidden) return
  events = listen()
  void refresh()
})

async function copy(button) {
  const words = button.textContent
  try {
    await navigator.clipboard.writeText(button.dataset.copy)
    button.textContent = 'Copied'
    button.dataset.done = ''
  } catch {
    button.textContent = 'Not allowed'
  }
  setTimeout(() => {
    button.textContent = words
    delete button.dataset.done
  }, 1_400)
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-copy]')
  if (button) void copy(button)
})

// Browsers that know these attributes open the dialog themselves.
if (!('commandForElement' in HTMLButtonElement.prototype)) {
  document.addEventListener('click', (event) => {
    const id = event.target.closest?.('[command="show-modal"]')?.getAttribute('commandfor')
    if (id) document.getElementById(id).showModal()
  })
}

/** What a token says, as pairs of a title and a text; mirrors decode-token.ts of the server. */
function decode(token) {
  const parts = token.trim().split('.')
  try {
    if (parts.length === 3) {
      const [header, claims] = parts.slice(0, 2).map(readSegment)
      return [
        ['Header', JSON.stringify(header, null, 2)],
        ['Claims', withInstants(JSON.stringify(claims, null, 2))],
        ...lifeOf(claims),
      ]
    }
  } catch {
    return [['Not readable', 'This is not a JSON Web Token.']]
  }
  if (token.startsWith('type=')) {
    return [
      ['Fields', [...new URLSearchParams(token)].map(([name, value]) => `${name}: ${value}`).join('\n')],
    ]
  }
  return token.trim() === ''
    ? []
    : [['Not readable', 'A JSON Web Token has three parts with dots between them.']]
}

function readSegment(segment) {
  const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'))
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))))
}

function withInstants(json) {
  return json.replaceAll(
    /^(\s*"(?:iat|exp|nbf|auth_time)": )(\d{9,10})(,?)$/gm,
    (_line, name, seconds, comma) => {
      const iso = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')
      return `${name}${seconds}${comma}  // ${iso}`
    },
  )
}

function lifeOf({ exp }) {
  return typeof exp === 'number' ? [['Life', remaining(exp * 1000 - now())]] : []
}

function showDecoded(output, token) {
  output.replaceChildren(
    ...decode(token).flatMap(([title, text]) => {
      const heading = document.createElement('h2')
      heading.textContent = title
      const box = document.createElement('pre')
      box.tabIndex = 0
      box.textContent = text
      return [heading, box]
    }),
  )
}

const output = document.getElementById('decoder-output')
const input = document.getElementById('decoder-input')
if (output && input) input.addEventListener('input', () => showDecoded(output, input.value))
if (output?.hasAttribute('data-from-fragment')) {
  const answer = new URLSearchParams(location.hash.slice(1))
  // The token must not stay in the address bar.
  history.replaceState(null, '', location.pathname)
  const token = answer.get('id_token')
  if (token) showDecoded(output, token)
  else output.textContent = answer.get('error_description') ?? 'No token came back.'
}

setInterval(tick, 1_000)
tick()
