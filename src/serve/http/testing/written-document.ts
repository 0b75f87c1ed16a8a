import { productVersion } from '../../version.ts'
import { startIngestServer } from './ingest-server.ts'

/** The description of the API that a server of this source gives of itself, as `src/client/openapi.json` holds it. */
export async function writeDocument(): Promise<string> {
  await using server = await startIngestServer()
  const described = server.app.swagger()
  const document = { ...described, info: { ...described.info, version: productVersion() } }
  return `${JSON.stringify(document, null, 2)}\n`
}
