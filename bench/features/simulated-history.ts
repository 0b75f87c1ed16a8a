import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeShop } from '../../src/simulate/write-shop.ts'
import { type ImportedHistory, openImportedHistory } from '../imported-history.ts'

/** A simulated shop whose calls were read as the product reads them, who is who and dirt included. */
export async function openSimulatedHistory(
  shopperCount: number,
  { timeZone, seed }: { readonly timeZone: string; readonly seed: number },
): Promise<ImportedHistory> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-simulated-'))
  try {
    const { eventsFile, catalogueFile } = await writeShop(folder, { shopperCount, seed })
    const files = [
      { path: catalogueFile, reading: { format: 'catalogue' } },
      { path: eventsFile, reading: { format: 'segment' } },
    ] as const
    return await openImportedHistory(files, { timeZone, seed })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
