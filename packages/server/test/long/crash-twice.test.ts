/**
 * Killed, made again, killed again somewhere else, and made a third time: twenty rounds of every first death, each with
 * another second one.
 */

import { randomInt } from 'node:crypto'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { killEverywhere } from '../support/crash.ts'
import { createLocalServer } from '../support/local-server.ts'
import { alice, bob } from '../support/sign-in-page.ts'
import { unlimited } from '../support/unlimited.ts'

const rounds = Array.from({ length: 20 }, (_none, round) => round)
const secondDeath = (): number => randomInt(0, 40)

test.for(rounds)('CheckAccount, round %i', async (round, { localAzure }) => {
  const { parts } = createLocalServer(localAzure).latchkey
  const arrange = async (step: number) => {
    const email = `twice-${round}-${step}@contoso.example`
    return {
      call: (server: ReturnType<typeof createLocalServer>) => server.api('CheckAccount', { email }),
      check: async ({
        status,
        json,
      }: {
        readonly status: number
        readonly json: { user: { objectId: string } }
      }) => {
        expect(status).toBe(200)
        expect((await parts.accounts.load(json.user.objectId))?.groups).toEqual(['new'])
        expect(await parts.stores.users.read(json.user.objectId)).toMatchObject({ email })
      },
    }
  }
  await killEverywhere(localAzure, arrange, { secondDeath })
})

test.for(rounds)('sign-in by password, round %i', async (_round, { localAzure }) => {
  const sound = createLocalServer(localAzure, { app: unlimited })
  const { sessions } = sound.latchkey.parts
  const { objectId: id } = (await sound.api('CheckAccount', { email: bob.email })).json.user
  const body = { grant: 'password', ...bob }
  await killEverywhere(
    localAzure,
    async () => {
      await sessions.revokeAllOf(id, 'sign-out')
      return {
        call: (server) => server.call('POST', '/v1/sessions', { body }),
        check: async (again) => {
          expect(again.status).toBe(201)
          const listed = await sessions.listOf(id)
          // At most one answer of each death was lost when all was done.
          expect(listed.length).toBeLessThanOrEqual(3)
          expect(listed.map(({ role }) => role)).toEqual(listed.map(() => 'new'))
        },
      }
    },
    { secondDeath },
  )
})

test.for(rounds)('UpdateRole, round %i', async (round, { localAzure }) => {
  const sound = createLocalServer(localAzure, { app: unlimited })
  const { parts } = sound.latchkey
  const email = `twice-role-${round}@contoso.example`
  const { objectId: id } = (await sound.api('CheckAccount', { email })).json.user
  const { access_token: auth_token } = (await sound.api('GetRefreshAndAccessToken', { ...alice })).json.token
  await killEverywhere(
    localAzure,
    async (step) => {
      const [former, role] = step % 2 === 0 ? ['new', 'editor'] : ['editor', 'new']
      await parts.resourceTokens.issue({ id, role: former })
      expect(await parts.stores.permissions.usersWith(`${id}.`)).toContain(`${id}.${former}`)
      return {
        call: (server) => server.api('UpdateRole', { auth_token, email, role }, 'POST'),
        check: async (again) => {
          expect(again.status).toBe(200)
          expect((await parts.accounts.load(id))?.groups).toEqual([role])
          // The present role's is made when it is asked for.
          expect(await parts.stores.permissions.usersWith(`${id}.`)).not.toContain(`${id}.${former}`)
        },
      }
    },
    { secondDeath },
  )
})
