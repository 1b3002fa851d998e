/**
 * The contract between a Functions worker and a programming model: the public module `@azure/functions-core`, as far as
 * this host speaks it. Written from Microsoft's published type declarations.
 */

/** A value on its way between host and worker. */
export interface TypedData {
  readonly string?: string | null
  readonly json?: string | null
  readonly bytes?: Uint8Array | null
  readonly http?: HttpData | null
  readonly int?: number | null
  readonly double?: number | null
}

interface Nullable<T> {
  readonly value?: T | null
}

/** A cookie the function sets. */
export interface HttpCookie {
  readonly name: string
  readonly value: string
  readonly domain?: Nullable<string> | undefined
  readonly path?: Nullable<string> | undefined
  readonly expires?: Nullable<{ readonly seconds: number }> | undefined
  readonly secure?: Nullable<boolean> | undefined
  readonly httpOnly?: Nullable<boolean> | undefined
  /** `none` means that nothing was asked for. */
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone'
  readonly maxAge?: Nullable<number> | undefined
}

/** An HTTP request or response that travels as a whole. */
export interface HttpData {
  readonly method?: string
  readonly url?: string
  readonly nullableHeaders?: Readonly<Record<string, Nullable<string>>>
  readonly nullableQuery?: Readonly<Record<string, Nullable<string>>>
  readonly nullableParams?: Readonly<Record<string, Nullable<string>>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: TypedData | null
  readonly statusCode?: string
  readonly cookies?: readonly HttpCookie[]
}

/** What one binding of a function was declared with. */
export interface BindingInfo {
  readonly type: string
  readonly direction?: string
  readonly route?: string
  readonly methods?: readonly string[]
  readonly authLevel?: string
  readonly schedule?: string
  readonly runOnStartup?: boolean
}

/** A function as the programming model declares it. */
export interface FunctionMetadata {
  readonly name: string
  readonly bindings: Readonly<Record<string, BindingInfo>>
}

export type FunctionCallback = (...args: unknown[]) => unknown
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none'
export type LogCategory = 'user' | 'system' | 'customMetric'

/** What the host asks a function to do. */
export interface InvocationRequest {
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[]
  readonly triggerMetadata: Readonly<Record<string, TypedData>>
  readonly traceContext?: { readonly traceParent?: string; readonly traceState?: string }
}

/** What the function answered. */
export interface InvocationResponse {
  readonly returnValue?: TypedData | null
}

/** What the programming model is told about one invocation. */
export interface CoreInvocationContext {
  readonly invocationId: string
  readonly request: InvocationRequest
  readonly metadata: FunctionMetadata
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks'
  log(level: LogLevel, category: LogCategory, message: string): void
}

/** How one invocation is carried out. */
export interface InvocationModel {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>
}

/** The library that gives functions their shape, here `@azure/functions`. */
export interface ProgrammingModel {
  readonly name: string
  readonly version: string
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>
  getCapabilities?(
    capabilities: Record<string, string>,
  ): Record<string, string> | Promise<Record<string, string>>
}

export type HookCallback = (context: object) => unknown

/** What `require('@azure/functions-core')` answers. */
export interface CoreModule {
  readonly version: string
  readonly hostVersion: string
  readonly Disposable: typeof Disposable
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable
  registerHook(name: string, callback: HookCallback): Disposable
  setProgrammingModel(model: ProgrammingModel): void
  getProgrammingModel(): ProgrammingModel | undefined
  log(level: LogLevel, category: LogCategory, message: string): void
}

/** Undoes a registration. */
export class Disposable {
  readonly #undo: () => unknown

  constructor(undo: () => unknown) {
    this.#undo = undo
  }

  static from(...disposables: readonly { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose()
    })
  }

  dispose(): unknown {
    return this.#undo()
  }
}
