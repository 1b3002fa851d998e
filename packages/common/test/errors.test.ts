import { RestError as AzureRestError } from '@azure/core-rest-pipeline'
import { isLatchkeyError, isRestError, LatchkeyError, RestError } from '@latchkey/common'
import { expect, expectTypeOf, test } from 'vitest'

test('carries its code, its facts and its cause', () => {
  const cause = new Error('below')
  const error = new LatchkeyError<'ERR_A'>('above', { code: 'ERR_A', details: { count: 2 }, cause })
  expect(error).toMatchObject({
    name: 'LatchkeyError',
    code: 'ERR_A',
    details: { count: 2 },
    message: 'above',
  })
  expect(error.cause).toBe(cause)
  expect(new LatchkeyError('x', { code: 'ERR_A' })).not.toHaveProperty('cause')
})

test('is known by its brand, not by its class', () => {
  const error: unknown = new LatchkeyError('x', { code: 'ERR_A' })
  expect(isLatchkeyError(error)).toBe(true)
  expect(isLatchkeyError(error, 'ERR_A', 'ERR_B')).toBe(true)
  expect(isLatchkeyError(error, 'ERR_B')).toBe(false)
  const fromAnotherCopy = Object.defineProperty(
    Object.assign(new Error('x'), { code: 'ERR_A' }),
    Symbol.for('@latchkey/common/LatchkeyError'),
    { value: true },
  )
  expect(isLatchkeyError(fromAnotherCopy, 'ERR_A')).toBe(true)
  for (const other of [new Error('x'), { code: 'ERR_A' }, undefined, null, 'ERR_A']) {
    expect(isLatchkeyError(other)).toBe(false)
  }
  if (isLatchkeyError(error, 'ERR_A')) expectTypeOf(error.code).toEqualTypeOf<'ERR_A'>()
})

test('RestError is built and recognised as Azure’s', () => {
  const options = { code: 'C', statusCode: 404, request: { secret: 1 }, response: { secret: 2 } }
  const ours = new RestError('gone', options)
  const theirs = new AzureRestError('gone', options as never)
  const facts = (error: RestError | AzureRestError): unknown => {
    const { code, message, name, statusCode, request, response } = error
    return {
      code,
      message,
      name,
      statusCode,
      request,
      response,
      json: JSON.parse(JSON.stringify(error)) as unknown,
    }
  }
  expect(facts(ours)).toEqual(facts(theirs))
  expect(RestError.REQUEST_SEND_ERROR).toBe(AzureRestError.REQUEST_SEND_ERROR)
  expect(RestError.PARSE_ERROR).toBe(AzureRestError.PARSE_ERROR)
  expect([ours, theirs].map(isRestError)).toEqual([true, true])
  expect([ours, theirs].map((error) => error instanceof RestError)).toEqual([true, true])
  expect([new Error('x'), undefined].map((error) => error instanceof RestError)).toEqual([false, false])
  class OwnError extends RestError {
    override readonly name: string = 'OwnError'
  }
  expect([new OwnError('x'), ours].map((error) => error instanceof OwnError)).toEqual([true, false])
  expect(new OwnError('x')).toBeInstanceOf(RestError)
  expect([new Error('x'), undefined, null, 'x', {}].map(isRestError)).toEqual(Array(5).fill(false))
  expect(new RestError('x')).toBeInstanceOf(Error)
})
