import { join } from 'node:path'

/** Where the snippet lies: its sources in a clone, one script in a build. */
export const snippetFolder = join(import.meta.dirname, '..', '..', 'snippet')

/** The snippet as one small script for browsers since 2020. Asks for rolldown, which a build has done away with. */
export async function bundleSnippet(folder: string = snippetFolder): Promise<string> {
  const { rolldown } = await import('rolldown')
  await using bundle = await rolldown({
    input: join(folder, 'likeness.ts'),
    platform: 'browser',
    tsconfig: false,
    transform: { target: 'es2021' },
  })
  const { output } = await bundle.generate({
    format: 'iife',
    minify: true,
    comments: false,
    codeSplitting: false,
  })
  return output[0].code
}
