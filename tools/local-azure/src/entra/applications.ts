/**
 * The applications registered in the tenants of local Azure.
 */

import { isLocalUrl } from '@latchkey/common'
import type { ServiceHost } from '../host/service.ts'
import type { DirectoryName } from './directory/account.ts'

/** How an application is registered. */
export interface Application {
  readonly clientId: string
  readonly name: string
  /** What people read on the sign-in page. */
  readonly title: string
  readonly directories: readonly DirectoryName[]
  /** `web` keeps a secret; `spa` and `native` cannot; `daemon` acts on its own and signs nobody in. */
  readonly kind: 'web' | 'spa' | 'native' | 'daemon'
  readonly secret?: string
  /** Whether the authorize endpoint may answer with tokens. */
  readonly implicit: boolean
  /** Whether B2C takes a password for it at the token endpoint. */
  readonly passwordGrant: boolean
  /** Whether External ID takes a password for it through native authentication. */
  readonly nativeAuthentication: boolean
  /** The application permissions an administrator has consented to. */
  readonly graphRoles: readonly string[]
}

/** The names of the registered applications: `host.keys.id(name)` is the client id, `host.keys.key(name)` the secret. */
export type ApplicationName =
  | 'b2c-client'
  | 'b2c-spa-client'
  | 'b2c-native-client'
  | 'external-id-client'
  | 'external-id-native-client'
  | 'graph-client'
  | 'graph-reader-client'
  | 'managed-identity-client'

interface Registration extends Omit<Application, 'clientId' | 'secret'> {
  readonly name: ApplicationName
}

const none = {
  implicit: false,
  passwordGrant: false,
  nativeAuthentication: false,
  graphRoles: [] as string[],
}
const writer = ['User.ReadWrite.All', 'GroupMember.ReadWrite.All', 'User.EnableDisableAccount.All']

const registrations: readonly Registration[] = [
  {
    ...none,
    name: 'b2c-client',
    title: 'Latchkey',
    directories: ['b2c'],
    kind: 'web',
    implicit: true,
    passwordGrant: true,
  },
  { ...none, name: 'b2c-spa-client', title: 'Latchkey as a web page', directories: ['b2c'], kind: 'spa' },
  {
    ...none,
    name: 'b2c-native-client',
    title: 'Latchkey on a phone',
    directories: ['b2c'],
    kind: 'native',
    passwordGrant: true,
  },
  {
    ...none,
    name: 'external-id-client',
    title: 'Latchkey',
    directories: ['external-id'],
    kind: 'web',
    nativeAuthentication: true,
  },
  {
    ...none,
    name: 'external-id-native-client',
    title: 'Latchkey on a phone',
    directories: ['external-id'],
    kind: 'native',
  },
  {
    ...none,
    name: 'graph-client',
    title: 'Latchkey administration',
    directories: ['b2c', 'external-id'],
    kind: 'daemon',
    graphRoles: [...writer, 'Group.ReadWrite.All'],
  },
  {
    ...none,
    name: 'graph-reader-client',
    title: 'Latchkey reports',
    directories: ['b2c', 'external-id'],
    kind: 'daemon',
    graphRoles: ['User.Read.All'],
  },
  {
    ...none,
    name: 'managed-identity-client',
    title: 'The machine itself',
    directories: ['b2c', 'external-id'],
    kind: 'daemon',
    graphRoles: writer,
  },
]

/** The registered applications. */
export class Applications {
  readonly #host: ServiceHost

  constructor(host: ServiceHost) {
    this.#host = host
  }

  list(): readonly Application[] {
    return registrations.map((registration) => this.#open(registration))
  }

  named(name: ApplicationName): Application {
    const registration = registrations.find((candidate) => candidate.name === name)
    if (!registration) throw new Error('No such application')
    return this.#open(registration)
  }

  find(clientId: string, directory: DirectoryName): Application | undefined {
    return this.list().find(
      (application) =>
        application.clientId === clientId.toLowerCase() && application.directories.includes(directory),
    )
  }

  /** Web pages and programs on this machine, and the demo's callback. */
  isRegisteredRedirect(application: Application, uri: string): boolean {
    if (application.kind === 'daemon') return false
    const parsed = URL.parse(uri)
    if (parsed?.hash !== '' || parsed.username !== '' || parsed.password !== '') return false
    if (uri === `${this.#host.endpoints().demo.url}/auth/callback`) return true
    return /^https?:$/.test(parsed.protocol) && isLocalUrl(parsed)
  }

  #open(registration: Registration): Application {
    const { keys } = this.#host
    const { kind, name } = registration
    const keepsSecret = (kind === 'web' || kind === 'daemon') && name !== 'managed-identity-client'
    return {
      ...registration,
      clientId: keys.id(name),
      ...(keepsSecret ? { secret: keys.key(name) } : {}),
    }
  }
}
