import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ChatThreadClient } from '@azure/communication-chat'
import { CommunicationIdentityClient, type CommunicationUserToken } from '@azure/communication-identity'
import { launchBrowser, type Page } from '@latchkey/browser'
import { build } from 'esbuild'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import type { ChatPage } from './chat-page.ts'

declare const page: ChatPage

/** Somebody with a browser of their own. */
export interface Person extends CommunicationUserToken {
  readonly tab: Page
  /** The payload of the nth event of that name, as soon as it has come. */
  waitFor(name: string, nth?: number): Promise<unknown>
  count(name: string): Promise<number>
  createThread(topic: string, others: readonly Person[]): Promise<string>
  /** Does something with a thread in the page. */
  inThread<Given, Result>(
    threadId: string,
    work: (thread: ChatThreadClient, given: Given) => Promise<Result>,
    given?: Given,
  ): Promise<Result>
  close(): Promise<void>
}

/** A local Azure, a web page on another port, and a browser. */
export interface LiveChat {
  readonly azure: LocalAzure
  readonly identity: CommunicationIdentityClient
  /** Over http unless `https` says otherwise. */
  openTab(name: string, scheme?: 'http' | 'https'): Promise<Person>
  close(): Promise<void>
}

/** Starts everything two people need. */
export async function startLiveChat(): Promise<LiveChat> {
  const azure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  const { accessKey, endpoint } = azure.endpoints.communication
  const options = { allowInsecureConnection: true }
  const identity = new CommunicationIdentityClient(endpoint, { key: accessKey }, options)
  const server = await servePage(await bundleChatPage())
  const browser = await launchBrowser()
  // The page asks for https, which its client insists on, and sends over http.
  const httpEndpoint = endpoint.replace('http://127.0.0.1', 'https://localhost')
  return {
    azure,
    identity,
    openTab: async (name, scheme = 'http') => {
      const person = await identity.createUserAndToken(['chat'])
      const context = await browser.newContext({ ignoreHTTPSErrors: scheme === 'https' })
      const tab = await context.newPage()
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/#${name}`)
      const chosen = scheme === 'http' ? httpEndpoint : azure.endpoints.communication.httpsEndpoint
      await tab.evaluate((given) => page.start(given.chosen, given.token, given.asHttp), {
        chosen,
        token: person.token,
        asHttp: scheme === 'http',
      })
      const opened = { ...person, tab, ...actions(tab), close: () => context.close() }
      await opened.waitFor('realTimeNotificationConnected')
      return opened
    },
    close: async () => {
      await browser.close()
      server.close()
      await azure.close()
    },
  }
}

function actions(tab: Page): Omit<Person, 'tab' | 'close' | keyof CommunicationUserToken> {
  return {
    waitFor: async (name, nth = 1) => {
      const wanted = { name, nth }
      await tab.waitForFunction(
        (given) => page.events.filter((event) => event.name === given.name).length >= given.nth,
        wanted,
        { timeout: 15_000, polling: 20 },
      )
      return await tab.evaluate(
        (given) => page.events.filter((event) => event.name === given.name)[given.nth - 1]?.payload,
        wanted,
      )
    },
    count: (name) =>
      tab.evaluate((given) => page.events.filter((event) => event.name === given).length, name),
    createThread: (topic, others) =>
      tab.evaluate(
        async (given) => {
          const participants = given.ids.map((id) => ({ id, displayName: 'Bob', metadata: { seat: '2' } }))
          const options = {
            participants,
            metadata: { room: '7%41' },
            retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 45 },
          } as const
          const { chatThread } = await page.client.createChatThread({ topic: given.topic }, options)
          return chatThread?.id ?? ''
        },
        { topic, ids: others.map(({ user }) => user) },
      ),
    inThread: (threadId, work, given) =>
      tab.evaluate(
        async (asked) => {
          const parsed = new Function(`return ${asked.source}`)()
          return await parsed(page.client.getChatThreadClient(asked.threadId), asked.given)
        },
        { threadId, source: work.toString(), given },
      ),
  }
}

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
  const server = createServer((request, response) => {
    const isScript = request.url === '/chat.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><meta charset="utf-8"><script src="/chat.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
