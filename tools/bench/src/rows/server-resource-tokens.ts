/**
 * Resource tokens for a person who has had some before, over a real Cosmos wire: the server beside the sequence of requests
 * the original makes for the same tokens, sent by the same SDK to the same local Cosmos. The original's three requests to
 * B2C and two to the directory, which come before these, are left out.
 */

import { type LocalAzure, settingsOf, startLocalAzure } from '@latchkey/local-azure'
import { createApp, createLatchkey, parseSettings } from '@latchkey/server'
import type { BenchRow, Measurement } from '../row.ts'

const original = "the original's sequence"

interface CosmosUser {
  readonly permission: (id: string) => {
    read(): Promise<{ readonly resource?: { readonly _token?: string } }>
  }
  readonly permissions: { upsert(permission: object): Promise<unknown> }
}
interface CosmosDatabase {
  user(id: string): CosmosUser
  readonly users: { upsert(user: object): Promise<unknown> }
  container(id: string): {
    readonly items: { query<T>(query: string): { fetchAll(): Promise<{ readonly resources: T[] }> } }
  }
}
interface CosmosModule {
  readonly CosmosClient: new (options: object) => { database(id: string): CosmosDatabase }
}

export const row: BenchRow = {
  name: 'server-resource-tokens',
  title:
    'resource tokens of a returning person, two tables, local Cosmos over http, in turn, median of 9 rounds',
  peers: { '@azure/cosmos': '4.10.1' },
  promises: [
    {
      text: 'at least twice as many a second as the original',
      holds: (figures) => rateOf(figures, 'latchkey') >= 2 * rateOf(figures, original),
    },
    {
      text: 'one request to Cosmos',
      holds: (figures) =>
        figures.some(
          ({ subject, metric, value }) => subject === 'latchkey' && metric === 'requests' && value === 1,
        ),
    },
  ],
  run: async ({ compare, peer }) => {
    const localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
    try {
      const subjects = {
        latchkey: await startServer(localAzure),
        [original]: await startOriginal(localAzure, await peer<CosmosModule>('@azure/cosmos')),
      }
      const figures: Measurement[] = []
      for (const [subject, ask] of Object.entries(subjects)) {
        await ask()
        localAzure.requests.clear()
        await ask()
        figures.push({
          subject,
          metric: 'requests',
          value: localAzure.requests.list('cosmos').length,
          unit: '',
        })
      }
      for (const [subject, value] of await compare(subjects))
        figures.push({ subject, metric: 'rate', value, unit: '1/s' })
      return figures
    } finally {
      await localAzure.close()
    }
  },
}

async function startServer(localAzure: LocalAzure): Promise<() => Promise<void>> {
  const { endpoints } = localAzure
  const unlimited = { points: Number.MAX_SAFE_INTEGER, seconds: 1 }
  const settings = parseSettings({ ...settingsOf(endpoints), NODE_ENV: 'development' })
  const app = createApp(createLatchkey(settings), { limits: { read: unlimited } })
  const post = async (path: string, body: object, bearer?: string): Promise<Response> =>
    app.fetch(
      new Request(`${endpoints.demo.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(body),
      }),
    )
  const bob = endpoints.users.find(({ role }) => role === 'new')
  const signedIn = await post('/v1/sessions', {
    grant: 'password',
    email: bob?.email,
    password: bob?.password,
  })
  const { accessToken } = (await signedIn.json()) as { readonly accessToken: string }
  return async () => {
    const answer = (await (await post('/v1/tokens/cosmos', {}, accessToken)).json()) as {
      permissions: unknown[]
    }
    if (answer.permissions.length !== 2) throw new Error('Two tables were expected')
  }
}

async function startOriginal(
  { endpoints }: LocalAzure,
  { CosmosClient }: CosmosModule,
): Promise<() => Promise<void>> {
  const { endpoint, key, database, systemDatabase } = endpoints.cosmos
  const client = new CosmosClient({ endpoint, key })
  const data = client.database(database)
  const person = 'returning-person'
  const tables = ['Profile', 'User']
  await data.users.upsert({ id: person })
  for (const id of tables)
    await data.user(person).permissions.upsert({
      id,
      permissionMode: 'all',
      resource: `dbs/${database}/colls/${id}`,
      resourcePartitionKey: [person],
    })
  const rules = client.database(systemDatabase).container('RolePermissions').items
  return async () => {
    // The role's part: create the user and live with the conflict, ask for the rows, read each permission.
    await data.users.upsert({ id: 'new' })
    await rules.query("SELECT * FROM c WHERE c.role = 'new'").fetchAll()
    // The person's part: the same again, one permission after another.
    await data.users.upsert({ id: person })
    await rules.query("SELECT * FROM c WHERE c.permission IN ('id-read', 'id-read-write')").fetchAll()
    for (const id of tables) {
      const { resource } = await data.user(person).permission(id).read()
      if (resource?._token === undefined) throw new Error('A token was expected')
    }
  }
}

function rateOf(figures: readonly Measurement[], subject: string): number {
  return figures.find((figure) => figure.subject === subject && figure.metric === 'rate')?.value ?? Number.NaN
}
