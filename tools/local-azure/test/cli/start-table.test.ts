import { expect, test } from 'vitest'
import { startTable } from '../../src/cli/start-table.ts'
import { describeEndpoints, portsFrom } from '../../src/endpoints.ts'
import { createTestHost } from '../../src/host/test-host.ts'

const host = createTestHost()
const endpoints = host.endpoints()

// Read off endpoints.json by hand, not by the code under test.
const urls = [4280, 4281, 4282, 4283, 4284].map((port) => `http://127.0.0.1:${port}`)
const keys = [endpoints.communication.accessKey, endpoints.cosmos.key, endpoints.fluid.primaryKey]

test('fits 80 columns but for the keys, each whole on a line of its own', () => {
  const lines = startTable(endpoints).split('\n')
  const long = lines.filter((line) => line.length > 80)
  const call = `curl "http://127.0.0.1:4285/api/CheckAccount?email=test@test.com&code=${endpoints.api.functionKey}"`
  expect(new Set(long)).toEqual(new Set([...keys, call]))
  expect(lines).toContain(endpoints.api.functionKey)
})

test('fits with five-digit ports too', () => {
  const wide = describeEndpoints(portsFrom(64_280), host.keys, '')
  const lines = startTable(wide).split('\n')
  expect(lines.filter((line) => line.length > 80 && !/^(curl .*)?LatchkeyLocalKey/.test(line))).toEqual([])
})

test('names every address, account and key', () => {
  const table = startTable(endpoints)
  for (const url of [...urls, 'http://127.0.0.1:4285', 'http://127.0.0.1:4286']) expect(table).toContain(url)
  for (const key of keys) expect(table).toContain(key)
  for (const { email, password } of endpoints.users)
    expect(table).toMatch(new RegExp(`${email} +${password} +\\w+`))
})

test('lines its columns up', () => {
  const lines = startTable(endpoints).split('\n')
  const services = lines.filter((line) =>
    /^ {2}(Entra|Communication|Cosmos DB|Fluid Relay) {2,}http/.test(line),
  )
  expect(services).toHaveLength(4)
  expect(new Set(services.map((line) => line.indexOf('http')))).toEqual(new Set([17]))
})

test('leaves out what does not run, and then says what to try instead', () => {
  const table = startTable(endpoints, { api: false, demo: false })
  expect(table).not.toContain('4285')
  expect(table).not.toContain('4286')
  expect(table).not.toContain(endpoints.api.functionKey)
  expect(table).not.toContain('curl')
  expect(table).toContain('http://127.0.0.1:4280/people')
})

test('is bold and dim only when asked', () => {
  expect(startTable(endpoints)).not.toContain('\u001B')
  const colored = startTable(endpoints, { color: true })
  expect(colored).toContain('\u001B[1mServices\u001B[22m')
  // The same words, whatever the paint.
  expect(withoutPaint(colored)).toBe(startTable(endpoints))
})

function withoutPaint(text: string): string {
  return text
    .split('\u001B[')
    .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('m') + 1)))
    .join('')
}
