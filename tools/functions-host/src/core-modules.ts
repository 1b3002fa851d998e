/**
 * Stands in for the module `@azure/functions-core`, which exists only inside Microsoft's worker.
 *
 * `@azure/functions` asks for that module when an app registers its first function, and keeps the answer for good. So
 * each copy of the library (one in node_modules, one in every bundle) gets an answer of its own, and what it registers
 * belongs to the app that is being loaded at that moment; loads take turns.
 */

import { registerHooks } from 'node:module'
import type { CoreModule, ProgrammingModel } from './core-contract.ts'
import { Disposable } from './core-contract.ts'
import type { FunctionApp } from './function-app.ts'

const specifier = '@azure/functions-core'
const scheme = 'latchkey-functions-core:'
// The library's own memory of its worker lasts as long as the process, so this must too, even if this file is loaded twice.
const slot: unique symbol = Symbol.for('@latchkey/functions-host/core-modules')

interface Slot {
  [slot]?: CoreModules
}

/** Hands out core modules and knows which app is being loaded. */
export class CoreModules {
  #loading: FunctionApp | undefined
  #turn: Promise<unknown> = Promise.resolve()

  /** The one of this process; the first call teaches Node the name of the module. */
  static ofProcess(): CoreModules {
    const holder = globalThis as Slot
    holder[slot] ??= new CoreModules().#install()
    return holder[slot]
  }

  /** Runs `load`, and gives everything registered meanwhile to `app`. */
  async during(app: FunctionApp, load: () => unknown): Promise<void> {
    const turn = this.#turn.then(async () => {
      this.#loading = app
      try {
        await load()
      } finally {
        this.#loading = undefined
      }
    })
    this.#turn = turn.catch(() => undefined)
    await turn
  }

  /** The core module for one copy of the library; called by the source that the load hook below hands out. */
  create(): CoreModule {
    let model: ProgrammingModel | undefined
    const app = (): FunctionApp => {
      if (this.#loading === undefined) throw new Error('Functions can only be registered while the app loads')
      return this.#loading
    }
    const modelOf = (): ProgrammingModel => {
      if (model === undefined) throw new Error('No programming model is set')
      return model
    }
    return {
      version: '4.0.0',
      hostVersion: '4.1042.0',
      Disposable,
      registerFunction: (metadata, callback) => {
        const owner = app()
        owner.add({ metadata, callback, model: modelOf })
        return new Disposable(() => owner.functions.delete(metadata.name))
      },
      registerHook: (name, callback) => new Disposable(app().addHook(name, callback)),
      setProgrammingModel: (chosen) => {
        model = chosen
      },
      getProgrammingModel: () => model,
      log: (level, category, message) => this.#loading?.log({ level, category, message }),
    }
  }

  #install(): this {
    registerHooks({
      resolve: (wanted, context, next) => {
        if (wanted !== specifier) return next(wanted, context)
        const asker = encodeURIComponent(context.parentURL ?? '')
        return { url: scheme + asker, format: 'commonjs', shortCircuit: true }
      },
      load: (url, context, next) => {
        if (!url.startsWith(scheme)) return next(url, context)
        const source = `module.exports = globalThis[Symbol.for(${JSON.stringify(slot.description)})].create()`
        return { format: 'commonjs', shortCircuit: true, source }
      },
    })
    return this
  }
}
