import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CommunicationIdentityClient, type CommunicationUserToken } from '@azure/communication-identity'
import { type Browser, isChromiumMissing, launchBrowser, type Page } from '@latchkey/browser'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import type { ChatPage } from './chat-page.ts'

declare const page: ChatPage

interface Person extends CommunicationUserToken {
  readonly tab: Page
}

let azure: LocalAzure
let identity: CommunicationIdentityClient
let server: Server
let browser: Browser

async function bundleChatPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'chat-page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]?.text ?? ''
}

async function servePage(script: string): Promise<Server> {
  const made = createServer((request, response) => {
    const isScript = request.url === '/chat.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><title>Chat</title><script src="/chat.js"></script>')
  })
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return made
}

async function openTab(scopes: ['chat'] | ['voip'] = ['chat']): Promise<Person> {
  const person = await identity.createUserAndToken(scopes)
  const context = await browser.newContext()
  const tab = await context.newPage()
  tab.on('console', (message) => console.log('PAGE', message.text()))
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const endpoint = azure.endpoints.communication.endpoint.replace('http://127.0.0.1', 'https://localhost')
  const options = { endpoint, token: person.token }
  await tab.evaluate((given) => page.start(given.endpoint, given.token), options)
  await waitFor(tab, 'realTimeNotificationConnected')
  return { ...person, tab }
}

async function waitFor(tab: Page, name: string, count = 1): Promise<unknown> {
  await tab.waitForFunction(
    (given) => page.events.filter((event) => event.name === given.name).length >= given.count,
    { name, count },
    { timeout: 15_000, polling: 20 },
  )
  return await tab.evaluate(
    (given) => page.events.filter((event) => event.name === given.name)[given.count - 1]?.payload,
    { name, count },
  )
}

describe.skipIf(isChromiumMissing())('real-time notifications in a real browser, over http', () => {
  let alice: Person
  let bob: Person
  beforeAll(async () => {
    azure = await startLocalAzure({ portBase: 0, data: 'memory', throttling: false })
    const { accessKey, endpoint } = azure.endpoints.communication
    const options = { allowInsecureConnection: true }
    identity = new CommunicationIdentityClient(endpoint, { key: accessKey }, options)
    server = await servePage(await bundleChatPage())
    browser = await launchBrowser()
    alice = await openTab()
    bob = await openTab()
  })
  afterAll(async () => {
    await browser.close()
    server.close()
    await azure.close()
  })

  test('two people see each other', async () => {
    const bobsId = bob.user.communicationUserId
    const threadId = await alice.tab.evaluate(async (id) => {
      const participants = [{ id: { communicationUserId: id }, displayName: 'Bob 100%' }]
      const { chatThread } = await page.client.createChatThread({ topic: 'Live' }, { participants })
      return chatThread?.id ?? ''
    }, bobsId)
    console.log(await waitFor(bob.tab, 'chatThreadCreated'))
    await alice.tab.evaluate(
      (id) => page.client.getChatThreadClient(id).sendMessage({ content: 'Hello' }),
      threadId,
    )
    console.log(await waitFor(bob.tab, 'chatMessageReceived'))
  })
})
