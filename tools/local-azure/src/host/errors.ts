/**
 * The codes of what can go wrong before local Azure runs.
 */

/** Every code {@link startLocalAzure} rejects with. */
export type HostErrorCode =
  | 'ERR_LOCAL_AZURE_FOREIGN_FOLDER'
  | 'ERR_LOCAL_AZURE_FORMAT'
  | 'ERR_LOCAL_AZURE_IN_USE'
  | 'ERR_LOCAL_AZURE_PORT'
  | 'ERR_LOCAL_AZURE_PORT_TAKEN'
