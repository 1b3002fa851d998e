/**
 * People who edit without a pause while the keys of their tenant are replaced.
 */

import { expect } from 'vitest'
import {
  ann,
  type Container,
  everything,
  isConnected,
  type RelayUnderTest,
  schema,
  until,
} from './relay-under-test.ts'

/** What came of it. */
export interface RotationOutcome {
  readonly edits: number
  /** Errors that ended somebody's session. */
  readonly refusals: readonly unknown[]
  /** Edits that somebody, or a reader who comes afterwards, does not have. */
  readonly missing: readonly string[]
}

class Editor {
  readonly name: string
  readonly container: Container
  #edits = 0
  #isEditing = true

  constructor(name: string, container: Container) {
    this.name = name
    this.container = container
    this.#edit()
  }

  get keys(): string[] {
    return Array.from({ length: this.#edits }, (_, index) => `${this.name}-${index}`)
  }

  stop(): void {
    this.#isEditing = false
  }

  // As fast as the loop turns, with a rest for the relay that shares this process.
  #edit(): void {
    if (!this.#isEditing || this.container.disposed) return
    this.container.initialObjects.map.set(`${this.name}-${this.#edits}`, this.#edits)
    this.#edits += 1
    setTimeout(() => this.#edit(), 5)
  }
}

/** Replaces the keys in turn, each time with everybody's old token still in their hands. */
export async function rotateUnderLoad(
  relay: RelayUnderTest,
  { people, rotations }: { readonly people: number; readonly rotations: number },
): Promise<RotationOutcome> {
  const { id, container: first } = await relay.create({ user: ann, scopes: everything })
  first.dispose()
  const refusals: unknown[] = []
  const names = Array.from({ length: people }, (_, index) => `editor-${index}`)
  const editors = await Promise.all(
    names.map(async (name) => {
      const { client } = relay.connect({ user: { id: name, name }, scopes: everything })
      const { container } = await client.getContainer(id, schema, '2.0.0')
      container.on('disposed', (error) => error && refusals.push(error))
      await isConnected(container)
      return new Editor(name, container)
    }),
  )

  for (let rotation = 0; rotation < rotations; rotation += 1) {
    const [renewed, staying] =
      rotation % 2 === 0 ? (['primary', 'secondary'] as const) : (['secondary', 'primary'] as const)
    relay.signWith(staying)
    relay.service.regenerateKey(renewed)
    await renewAll(relay, editors)
  }

  for (const editor of editors) editor.stop()
  await until(() =>
    expect(editors.some(({ container }) => !container.disposed && container.isDirty)).toBe(false),
  )
  const all = editors.flatMap(({ keys }) => keys)
  const reader = await relay
    .connect({ user: ann, scopes: everything })
    .client.getContainer(id, schema, '2.0.0')
  const everybody = [...editors.map(({ container }) => container), reader.container]
  const lackOf = (container: Container): string[] =>
    all.filter((key) => !container.initialObjects.map.has(key))
  // What is on its way may arrive; what is lost will not.
  await until(() => expect(everybody.flatMap(lackOf)).toEqual([])).catch(() => undefined)
  const missing = everybody.flatMap(lackOf)
  for (const container of everybody) container.dispose()
  return { edits: all.length, refusals, missing }
}

/** Everybody's token runs out, so everybody comes back with a new one. */
async function renewAll(relay: RelayUnderTest, editors: readonly Editor[]): Promise<void> {
  const dropped = editors.map(
    ({ container }) => new Promise<void>((resolve) => container.once('disconnected', () => resolve())),
  )
  relay.host.clock.advanceSeconds(3_700)
  await Promise.all(dropped)
  await Promise.all(editors.map(({ container }) => isConnected(container)))
  // And works on: the runtime gives up by itself after seven reconnects without a single edit going through.
  const latest = editors.map(({ keys }) => keys.at(-1) ?? '')
  for (const { container } of editors)
    await until(() => expect(latest.filter((key) => !container.initialObjects.map.has(key))).toEqual([]))
}
