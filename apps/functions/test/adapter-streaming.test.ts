import { describe } from 'vitest'
import { adapterOnFunctions } from './adapter-on-functions.ts'

describe('on Azure Functions, streaming', () => adapterOnFunctions({ enableHttpStream: true }))
