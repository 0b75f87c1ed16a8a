import { readFileSync } from 'node:fs'

/** The version of package.json, which lies two folders up in the source and in the release alike. */
export function productVersion(): string {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return (content as { version: string }).version
}
