/**
 * A function app as it stands after its code has run: the functions it registered, its hooks, and where its words go.
 */

import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './core-contract.ts'

/** One line a function, the library or the host wrote. */
export interface LogEntry {
  readonly level: LogLevel
  readonly category: LogCategory
  readonly message: string
  /** Absent for what is said outside an invocation. */
  readonly functionName?: string
}

/** A function the app registered, with the library copy that registered it. */
export interface RegisteredFunction {
  readonly metadata: FunctionMetadata
  readonly callback: FunctionCallback
  readonly model: () => ProgrammingModel
}

/** A loaded function app. */
export class FunctionApp {
  readonly functions: Map<string, RegisteredFunction> = new Map()
  readonly appHookData: Record<string, unknown> = {}
  readonly #hooks = new Map<string, Set<HookCallback>>()
  readonly #log: (entry: LogEntry) => void

  constructor(log: (entry: LogEntry) => void) {
    this.#log = log
  }

  /** Adds a function; a second one of the same name is refused, as the worker does. */
  add(registered: RegisteredFunction): void {
    const { name } = registered.metadata
    if (this.functions.has(name))
      throw new Error(`A function with name "${name}" has already been registered`)
    this.functions.set(name, registered)
  }

  addHook(name: string, callback: HookCallback): () => void {
    const hooks = this.#hooks.get(name) ?? new Set()
    this.#hooks.set(name, hooks.add(callback))
    return () => hooks.delete(callback)
  }

  /** Runs the hooks called `name` in the order they were registered; one that throws ends the invocation. */
  async runHooks(name: string, context: object): Promise<void> {
    for (const hook of this.#hooks.get(name) ?? []) await hook(context)
  }

  log(entry: LogEntry): void {
    this.#log(entry)
  }

  /** The library copies in use: one as a rule, several when a bundled and an unbundled part meet. */
  models(): Set<ProgrammingModel> {
    return new Set([...this.functions.values()].map((registered) => registered.model()))
  }
}
