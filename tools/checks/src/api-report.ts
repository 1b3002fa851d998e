/**
 * The page that says what one entry of a package exports, made by API Extractor from its declarations.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'

/** One entry of a package: `server-client` for `@latchkey/server/client`. */
export interface ApiEntry {
  readonly name: string
  /** The package's folder. The page lies in its `api/`. */
  readonly folder: string
  /** The entry's declarations, relative to the folder. */
  readonly types: string
}

/** What was found about an entry. */
export interface ApiVerdict {
  /** Errors of the compiler, each with its place. */
  readonly errors: readonly string[]
  /** Names in public signatures that this entry does not export. */
  readonly unexported: readonly string[]
  /** The page that is kept says something else. */
  readonly isOutdated: boolean
}

/** Judges the declarations of `entry`, and writes its page anew if `writes`. */
export function judgeApi(entry: ApiEntry, writes: boolean): ApiVerdict {
  const errors: string[] = []
  const unexported: string[] = []
  const reportFolder = join(entry.folder, 'api')
  const reportTempFolder = join(entry.folder, '.reports')
  mkdirSync(reportFolder, { recursive: true })
  mkdirSync(reportTempFolder, { recursive: true })
  const result = Extractor.invoke(
    ExtractorConfig.prepare({
      configObject: {
        projectFolder: entry.folder,
        mainEntryPointFilePath: join(entry.folder, entry.types),
        compiler: { tsconfigFilePath: join(import.meta.dirname, '../api.tsconfig.json') },
        apiReport: { enabled: true, reportFileName: `${entry.name}.api.md`, reportFolder, reportTempFolder },
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
      packageJsonFullPath: join(entry.folder, 'package.json'),
    }),
    {
      localBuild: writes,
      messageCallback: (message) => {
        message.handled = true
        const name = /^The symbol "([^"]+)"/.exec(message.text)?.[1]
        if (message.messageId === 'ae-forgotten-export' && name !== undefined) unexported.push(name)
        else if (message.logLevel === ExtractorLogLevel.Error) {
          errors.push(message.formatMessageWithLocation(entry.folder))
        }
      },
    },
  )
  return { errors, unexported, isOutdated: result.apiReportChanged && !writes }
}
