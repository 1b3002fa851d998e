/**
 * People: who can sign in, in which role, and the forms that change it.
 */

import { html } from 'hono/html'
import type { AccountSummary } from '../../host/dashboard-sources.ts'
import { seedGroups } from '../../host/seed.ts'
import { decodeToken } from '../decode-token.ts'
import type { View } from '../view.ts'
import { type Cell, copyButton, type Html, live, options, table } from './html.ts'

/** The people page's own part. */
export function people(view: View): Html {
  return html`
    <p class="lead">Changes go through Microsoft Graph, as your own code would make them. A role is a group.</p>
    ${live('people-list', html`${directories.map((directory) => peopleIn(directory, view))}`)}
    <p class="muted">An account that CheckAccount made has a random password that nobody knows: set one to sign in.</p>
    <section aria-labelledby="add"><h2 id="add">Add somebody</h2>
      <form class="stack" method="post" action="/people">
        <label>E-mail address <input name="email" type="email" required autocomplete="off"></label>
        <label>Name <input name="displayName" required autocomplete="off"></label>
        <label>Password <input name="password" required minlength="8" autocomplete="off" aria-describedby="password-rule"></label>
        <p class="muted" id="password-rule">At least eight characters of three kinds: small, capital, digit, symbol.</p>
        <label>Role <select name="role">${options(
          seedGroups.map((name) => [name, name] as const),
          'new',
        )}</select></label>
        <button class="primary">Add</button>
      </form>
    </section>`
}

interface DirectoryGroup {
  readonly name: AccountSummary['directory']
  readonly title: string
  readonly what: string
}

const directories: readonly DirectoryGroup[] = [
  { name: 'b2c', title: 'Azure AD B2C', what: 'The demo and the API sign in here.' },
  { name: 'external-id', title: 'External ID', what: 'The same people once more, for apps of External ID.' },
]

function peopleIn({ name, title, what }: DirectoryGroup, view: View): Html {
  const rows = view.accounts
    .filter(({ directory }) => directory === name)
    .map((person) => personRow(person, view))
  return html`<section aria-labelledby="${name}"><h2 id="${name}">${title} <span class="count">${rows.length}</span></h2>
    <p class="muted">${what}</p>
    ${table(`People of ${title}`, ['Person', 'Role', 'State', 'Sign in', 'Password'], rows, 'Nobody can sign in yet.')}
  </section>`
}

function personRow(person: AccountSummary, view: View): readonly Cell[] {
  const { objectId, email, displayName, enabled, directory, groups } = person
  const role = groups[0] ?? ''
  const choices = [...new Set(['', ...seedGroups, ...groups])].map((name) => [name, name || 'none'] as const)
  const path = `/people/${encodeURIComponent(objectId)}`
  return [
    { className: 'who', content: html`<b>${displayName}</b><br><span class="muted">${email}</span>` },
    html`<form class="inline" method="post" action="${path}/role">
      <select name="role" aria-label="Role of ${displayName}" data-key="role-${objectId}">${options(choices, role)}</select>
      <button aria-label="Save the role of ${displayName}">Save</button></form>`,
    html`<form class="inline" method="post" action="${path}/enabled">
      <input type="hidden" name="enabled" value="${enabled ? 'false' : 'true'}">
      <span class="health" data-state="${enabled ? 'running' : 'stopped'}"><span class="dot" aria-hidden="true"></span>${enabled ? 'Enabled' : 'Disabled'}</span>
      <button aria-label="${enabled ? 'Disable' : 'Enable'} ${displayName}">${enabled ? 'Disable' : 'Enable'}</button></form>`,
    signInLink(directory, email, view),
    passwordCell(person, path, view),
  ]
}

// A password is kept as a hash: only a seeded one, as long as nobody changed it, can be shown.
function passwordCell(
  { displayName, email, passwordChanged }: AccountSummary,
  path: string,
  view: View,
): Html {
  const seeded = passwordChanged ? undefined : view.endpoints.users.find((user) => user.email === email)
  if (seeded) {
    return html`<code>${seeded.password}</code> ${copyButton(seeded.password, `the password of ${displayName}`)}`
  }
  return html`<form class="inline" method="post" action="${path}/password">
    <input name="password" required minlength="8" size="12" placeholder="not shown" autocomplete="off" aria-label="New password of ${displayName}">
    <button aria-label="Set the password of ${displayName}">Set</button></form>`
}

function signInLink(directory: AccountSummary['directory'], email: string, view: View): Html {
  const external = `${view.endpoints.dashboard.url}/sign-in/external?login_hint=${encodeURIComponent(email)}`
  const url = directory === 'b2c' ? b2cSignIn(email, view) : external
  const where = directory === 'b2c' ? 'B2C' : 'External ID'
  return html`<a href="${url}" aria-label="Sign in as ${email} at ${where}">Sign in</a> ${copyButton(url, `the sign-in link of ${email} at ${where}`)}`
}

function b2cSignIn(email: string, view: View): string {
  const { b2c } = view.endpoints.entra
  const url = new URL(new URL(b2c.authority).pathname, view.endpoints.graph.endpoint)
  url.pathname += '/oauth2/v2.0/authorize'
  const parameters = {
    client_id: b2c.clientId,
    response_type: 'id_token',
    response_mode: 'fragment',
    redirect_uri: `${view.endpoints.dashboard.url}/signed-in`,
    scope: 'openid',
    nonce: crypto.randomUUID(),
    login_hint: email,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** Where a sign-in at External ID ends. */
export function signedInWith(token: string | undefined): Html {
  const parts = token === undefined ? [] : decodeToken(token)
  const said =
    token === undefined
      ? 'Nobody signed in, or the code was used already.'
      : 'This is the id token the code was good for.'
  return html`
    <p class="lead">${said}</p>
    ${parts.map(({ title, text }) => html`<section><h2>${title}</h2><pre tabindex="0" role="group" aria-label="${title}"><code>${text}</code></pre></section>`)}
    <p><a href="/people">Back to people</a></p>`
}

/** Where a sign-in link ends: the page's script shows the token it came back with. */
export function signedIn(): Html {
  return html`
    <p class="lead">This is the id token that came back. Nothing was sent on.</p>
    <div id="decoder-output" data-from-fragment role="status"></div>
    <p><a href="/people">Back to people</a></p>`
}
