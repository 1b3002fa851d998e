import { describe } from 'vitest'
import { adapterOnFunctions } from './adapter-on-functions.ts'

describe('on Azure Functions, buffered', () => adapterOnFunctions({ enableHttpStream: false }))
