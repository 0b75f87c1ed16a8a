import { configSchema, environmentName } from './config.ts'

/** The page docs/configuration.md: a row a key, from the schema that reads them. */
export function configDocument(): string {
  const rows = Object.entries(configSchema.shape).map(([key, schema]) => {
    const { en, zh } = schema.meta() as { en: string; zh: string }
    const fallback = schema.safeParse(undefined).data
    const value =
      typeof fallback === 'object' && !Array.isArray(fallback) ? JSON.stringify(fallback) : String(fallback)
    const shown = fallback === undefined || value === '' ? '–' : `\`${value}\``
    return `| \`${key}\` | \`${environmentName(key)}\` | ${shown} | ${en}<br>${zh} |`
  })
  return [
    '# Configuration',
    '',
    'A key is read from the command line (`--data`, `--port`, `--host`, `--lang`, `--time-zone`, `--seed`), else from',
    'the environment, else from `likeness.config.ts` (a default export) or `likeness.config.json` in the current folder',
    '(or the file that `--config` names), else it has its default. An unknown key is an error.',
    '',
    '| key | environment | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
