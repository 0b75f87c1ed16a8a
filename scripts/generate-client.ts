import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDocument } from '../src/serve/http/testing/written-document.ts'

const folder = join(import.meta.dirname, '..', 'src', 'client')
const documentFile = join(folder, 'openapi.json')
const typesFile = join(folder, 'api-types.ts')

/** openapi-typescript needs a TypeScript older than this package's, so that it is no dependency: npx fetches both. */
const generator = ['--yes', '-p', 'openapi-typescript@7.13.0', '-p', 'typescript@5.9.3', 'openapi-typescript']

/** `npm run generate-client`: writes what the server says of itself, and the types of the client from it. */
async function generateClient(): Promise<number> {
  const document = await writeDocument()
  writeFileSync(documentFile, document)
  const { status } = spawnSync('npx', [...generator, documentFile, '--output', typesFile], {
    stdio: 'inherit',
  })
  if (status !== 0) return status ?? 1
  const digest = createHash('sha256').update(document).digest('hex')
  writeFileSync(
    typesFile,
    `// Made from openapi.json with sha-256 ${digest}\n${readFileSync(typesFile, 'utf8')}`,
  )
  return 0
}

process.exitCode = await generateClient()
