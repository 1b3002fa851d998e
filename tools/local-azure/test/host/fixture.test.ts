import { expect } from 'vitest'
import { test } from '../../src/testing.ts'

test('gives each file a running local Azure', async ({ localAzure }) => {
  const response = await fetch(`${localAzure.endpoints.dashboard.url}/endpoints.json`)
  expect(await response.json()).toEqual(localAzure.endpoints)
})
