/**
 * The page that says what one entry of a package exports, made by API Extractor from its declarations.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'

/** One entry of a package: `server-client` for `@latchkey/server/client`. */
export interface ApiEntry {
  readonly name: string
  /** The package's folder. The page lies in its `api/`. */
  readonly folder: string
  /** The entry's declarations, relative to the folder. */
  readonly types: string
}

/** What was found about an entry. */
export interface ApiVerdict extends ApiEntry {
  /** Errors of the compiler, each with its place. */
  readonly errors: readonly string[]
  /** Names in public signatures that this entry does not export. */
  readonly unexported: readonly string[]
  /** The page that is kept says something else. */
  readonly isOutdated: boolean
}

/** Judges the declarations of each of `entries`, and writes its page anew if `writes`. They are compiled together, once. */
export function judgeApis(entries: readonly ApiEntry[], writes: boolean): readonly ApiVerdict[] {
  const prepared = entries.map((entry) => ({ entry, config: prepare(entry) }))
  const [first] = prepared
  if (!first) return []
  const additionalEntryPoints = prepared.map(({ config }) => config.mainEntryPointFilePath)
  const compilerState = CompilerState.create(first.config, { additionalEntryPoints })
  return prepared.map(({ config, entry }) => ({ ...entry, ...judge(config, compilerState, writes) }))
}

function prepare({ folder, name, types }: ApiEntry): ExtractorConfig {
  const reportFolder = join(folder, 'api')
  const reportTempFolder = join(folder, '.reports')
  mkdirSync(reportFolder, { recursive: true })
  mkdirSync(reportTempFolder, { recursive: true })
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, types),
      compiler: { tsconfigFilePath: join(import.meta.dirname, '../api.tsconfig.json') },
      apiReport: { enabled: true, reportFileName: `${name}.api.md`, reportFolder, reportTempFolder },
      docModel: { enabled: false },
      newlineKind: 'lf',
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  })
}

function judge(config: ExtractorConfig, compilerState: CompilerState, writes: boolean) {
  const errors: string[] = []
  const unexported: string[] = []
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: writes,
    compilerState,
    messageCallback: (message) => {
      message.handled = true
      const name = /^The symbol "([^"]+)"/.exec(message.text)?.[1]
      if (message.messageId === 'ae-forgotten-export' && name !== undefined) unexported.push(name)
      else if (message.logLevel === ExtractorLogLevel.Error) {
        errors.push(message.formatMessageWithLocation(config.projectFolder))
      }
    },
  })
  return { errors, unexported, isOutdated: apiReportChanged && !writes }
}
