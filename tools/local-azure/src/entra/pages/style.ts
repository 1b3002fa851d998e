/**
 * The one style sheet of the sign-in pages: light and dark by the browser's wish.
 */

export const style = `
:root {
  color-scheme: light dark;
  --paper: #f4f5f7; --card: #ffffff; --ink: #16191d; --quiet: #535b66; --line: #8a929d;
  --accent: #0b5cad; --on-accent: #ffffff; --soft: #e8f0f9; --bad: #a4161a; --bad-soft: #fdecec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1216; --card: #191e24; --ink: #eef1f5; --quiet: #aab4c0; --line: #66717e;
    --accent: #7ab8f5; --on-accent: #06213b; --soft: #1f2c3a; --bad: #ffb3b3; --bad-soft: #3a1a1c;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column;
  background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
.notice { margin: 0; padding: .5rem 1rem; background: #a4161a; color: #fff; text-align: center; font-size: .875rem }
main { width: 100%; max-width: 30rem; margin: auto; padding: 2rem 1rem }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 2rem }
h1 { margin: 0; font-size: 1.375rem; line-height: 1.25; letter-spacing: -.01em }
h2 { margin: 0 0 .75rem; font-size: .875rem; font-weight: 600; color: var(--quiet) }
.for { margin: .25rem 0 1.5rem; color: var(--quiet); overflow-wrap: anywhere }
label { display: block; margin-bottom: .25rem; font-weight: 600; font-size: .9375rem }
.field { margin-bottom: 1rem }
.hint { margin: .25rem 0 0; font-size: .8125rem; color: var(--quiet) }
input {
  width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: 8px;
}
button, .primary {
  font: inherit; text-align: center; text-decoration: none; cursor: pointer; border-radius: 8px; border: 1px solid transparent; padding: .625rem 1rem;
}
.primary { display: block; width: 100%; background: var(--accent); color: var(--on-accent); font-weight: 600 }
.primary:hover { filter: brightness(1.08) }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: 1rem }
.link { padding: .375rem 0; border: 1px solid transparent; background: none; color: var(--accent); text-decoration: underline; text-underline-offset: 3px }
.people { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line) }
.people ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem }
.person {
  width: 100%; display: flex; align-items: center; gap: .75rem; text-align: left;
  background: var(--soft); color: inherit; border-color: transparent; overflow-wrap: anywhere;
}
.person:hover { border-color: var(--accent) }
.be { display: block; font-weight: 600; font-size: .9375rem; line-height: 1.35 }
.person small { color: var(--quiet); font-size: .8125rem }
.face {
  flex: none; width: 2.25rem; height: 2.25rem; border-radius: 50%; display: grid; place-items: center;
  background: var(--accent); color: var(--on-accent); font-weight: 600; font-size: .875rem;
}
.problem {
  margin: 0 0 1rem; padding: .75rem 1rem; border-radius: 8px; background: var(--bad-soft); color: var(--bad);
  overflow-wrap: anywhere; white-space: pre-line;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
@media (prefers-reduced-motion: no-preference) { button { transition: border-color .12s, filter .12s } }
`
