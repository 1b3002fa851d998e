/**
 * The steps of `pnpm check`, in the order they run: the quick ones first.
 *
 * Each step is one command of a kept tool with its own configuration file at the root, so that an editor and CI judge
 * alike. The last two judge what would be published: its declarations (see api-reports.ts) and its tarballs (packages.ts).
 */

/** One step: what it guards and the command that judges. */
export interface Step {
  readonly name: string
  readonly guards: string
  readonly command: readonly [string, ...string[]]
}

export const steps: readonly Step[] = [
  { name: 'layers', guards: 'imports go one way', command: ['turbo', 'boundaries'] },
  {
    name: 'lint',
    guards: 'format, lint, file length, import cycles',
    command: ['biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', guards: 'types of sources, tests and examples', command: ['tsc', '--build'] },
  {
    name: 'promises',
    guards: 'floating promises and other mistakes that need types',
    command: ['oxlint', '--type-aware', '--deny-warnings', '.'],
  },
  { name: 'dead-code', guards: 'unused files, exports and dependencies', command: ['knip'] },
  {
    name: 'secrets',
    guards: 'keys, tokens and secrets in files',
    command: ['secretlint', '--secretlintignore', '.secretlintignore', '**/*'],
  },
  {
    name: 'api',
    guards: 'the pages that say what teams import, and that they can',
    command: ['node', 'tools/checks/src/api-reports.ts'],
  },
  {
    name: 'packages',
    guards: 'the tarballs that would be published',
    command: ['node', 'tools/checks/src/packages.ts'],
  },
]
