/**
 * Graph in a national cloud: the token is for the Graph that is asked, and members are named by its addresses.
 *
 * Source: learn.microsoft.com/graph/deployments, "Microsoft Graph and Graph Explorer service root endpoints" and "App
 * registration and token service root endpoints".
 */

import { Secret, systemClock } from '@latchkey/common'
import { expect, test } from 'vitest'
import { createAppToken } from '../src/accounts/app-token.ts'
import { createGraphClient } from '../src/accounts/graph-client.ts'
import { createGraphGroups } from '../src/accounts/graph-groups.ts'

const tenantId = '66666666-7777-4888-9999-000000000000'

const clouds: [graph: string, login: string][] = [
  ['https://graph.microsoft.com', 'https://login.microsoftonline.com'],
  ['https://graph.microsoft.us', 'https://login.microsoftonline.us'],
  ['https://microsoftgraph.chinacloudapi.cn', 'https://login.partner.microsoftonline.cn'],
]

test.for(clouds)('%s', async ([graph, login]) => {
  const settings = {
    endpoint: `${graph}/v1.0`,
    tokenEndpoint: `${login}/${tenantId}/oauth2/v2.0/token`,
    tenantId,
    clientId: '11111111-2222-4333-8444-666666666666',
    clientSecret: new Secret('a-secret-of-nobody'),
  }
  const sent: Record<string, string> = {}
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const address = String(url).split('?')[0]
    sent[`${init?.method ?? 'GET'} ${address}`] = String(init?.body ?? '')
    if (address === settings.tokenEndpoint)
      return Response.json({ token_type: 'Bearer', expires_in: 3_599, access_token: 'a' })
    if (address?.endsWith('/$ref')) return new Response(null, { status: 204 })
    return Response.json({ value: [{ id: 'group-id', displayName: 'editor' }] })
  }
  const ports = { fetch, clock: systemClock }
  const client = createGraphClient({
    endpoint: settings.endpoint,
    appToken: createAppToken(settings, ports),
    ...ports,
  })
  await createGraphGroups(client, systemClock).add('person-id', 'editor', [])

  const token = new URLSearchParams(sent[`POST ${settings.tokenEndpoint}`])
  expect(token.get('scope')?.split(' ')).toContain(`${graph}/.default`)
  expect(JSON.parse(sent[`POST ${graph}/v1.0/groups/group-id/members/$ref`] ?? '{}')).toEqual({
    '@odata.id': `${graph}/v1.0/directoryObjects/person-id`,
  })
  expect(Object.keys(sent).every((one) => one.includes(graph) || one.includes(login))).toBe(true)
})
