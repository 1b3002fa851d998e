/**
 * Carries out one invocation, whatever triggered it: arguments, hooks before, the function, hooks after, the answer.
 */

import { randomUUID } from 'node:crypto'
import type { CoreInvocationContext, InvocationRequest, InvocationResponse } from './core-contract.ts'
import type { FunctionApp, RegisteredFunction } from './function-app.ts'

/** Invokes `registered`. Rejects with what the function, or a hook, threw. */
export async function invoke(
  app: FunctionApp,
  registered: RegisteredFunction,
  request: InvocationRequest,
  invocationId: string = randomUUID(),
): Promise<InvocationResponse> {
  const { metadata, callback } = registered
  const core: CoreInvocationContext = {
    invocationId,
    request,
    metadata,
    log: (level, category, message) => app.log({ level, category, message, functionName: metadata.name }),
  }
  const model = await registered.model().getInvocationModel(core)
  const { context, inputs } = await model.getArguments()
  const shared = { hookData: {}, appHookData: app.appHookData, invocationContext: context }

  core.state = 'preInvocationHooks'
  const before = { ...shared, inputs, functionCallback: callback }
  await app.runHooks('preInvocation', before)

  core.state = 'invocation'
  const after: { result: unknown; error: unknown } = { result: null, error: null }
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback)
  } catch (error) {
    after.error = error
  }

  core.state = 'postInvocationHooks'
  const outcome = { ...shared, ...after, inputs: before.inputs }
  await app.runHooks('postInvocation', outcome)
  delete core.state
  // A hook may have replaced the error, or taken it away.
  if (outcome.error !== null && outcome.error !== undefined) throw outcome.error
  return await model.getResponse(context, outcome.result)
}
