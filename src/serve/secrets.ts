import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const secretsSchema = z.object({ contactKey: z.string().regex(/^[0-9a-f]{64}$/) })

/** What is drawn once for a data directory and must never change: hashes made with another key match nothing. */
export type Secrets = {
  /** 32 bytes; e-mail addresses and telephone numbers are kept as their HMAC under it. */
  readonly contactKey: Uint8Array
}

/** Reads `secrets.json` of the data directory, or draws it; readable by its owner alone. */
export async function loadSecrets(dataDirectory: string): Promise<Secrets> {
  const path = join(dataDirectory, 'secrets.json')
  if (!existsSync(path)) {
    const fresh = `${path}.${process.pid}`
    await writeFile(fresh, JSON.stringify({ contactKey: randomBytes(32).toString('hex') }), { mode: 0o600 })
    await rename(fresh, path)
  }
  const { contactKey } = secretsSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  return { contactKey: Buffer.from(contactKey, 'hex') }
}
