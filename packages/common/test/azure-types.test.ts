/** Type promises: what this package makes and takes passes as Azure's, and the other way round. */

import type * as Azure from '@azure/communication-common'
import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import {
  AccessKeyCredential,
  AzureCommunicationTokenCredential,
  type CommunicationIdentifier,
  type CommunicationIdentifierKind,
  type CommunicationTokenRefreshOptions,
  createCommunicationAccessKeyCredentialPolicy,
  createCommunicationAuthPolicy,
  type EntraCommunicationTokenCredentialOptions,
  type SerializedCommunicationIdentifier,
} from '@latchkey/common'
import { expectTypeOf, test } from 'vitest'

test('the credential is one of Azure’s', () => {
  expectTypeOf<AzureCommunicationTokenCredential>().toExtend<Azure.CommunicationTokenCredential>()
  expectTypeOf<Azure.CommunicationTokenRefreshOptions>().toExtend<CommunicationTokenRefreshOptions>()
  expectTypeOf<CommunicationTokenRefreshOptions['tokenRefresher']>().toExtend<
    Azure.CommunicationTokenRefreshOptions['tokenRefresher']
  >()
  expectTypeOf<Azure.EntraCommunicationTokenCredentialOptions>().toExtend<EntraCommunicationTokenCredentialOptions>()
  expectTypeOf(AzureCommunicationTokenCredential).toBeConstructibleWith('token')
})

test('identifiers and models travel both ways', () => {
  expectTypeOf<CommunicationIdentifier>().toExtend<Azure.CommunicationIdentifier>()
  expectTypeOf<Azure.CommunicationIdentifier>().toExtend<CommunicationIdentifier>()
  expectTypeOf<CommunicationIdentifierKind>().toExtend<Azure.CommunicationIdentifierKind>()
  expectTypeOf<Azure.CommunicationIdentifierKind>().toExtend<CommunicationIdentifierKind>()
  expectTypeOf<SerializedCommunicationIdentifier>().toExtend<Azure.SerializedCommunicationIdentifier>()
  expectTypeOf<Azure.SerializedCommunicationIdentifier>().toExtend<SerializedCommunicationIdentifier>()
})

test('the policies are ones of core-rest-pipeline', () => {
  const key = new AccessKeyCredential('pw==')
  expectTypeOf(createCommunicationAccessKeyCredentialPolicy(key)).toExtend<PipelinePolicy>()
  expectTypeOf(createCommunicationAuthPolicy(key)).toExtend<PipelinePolicy>()
})
