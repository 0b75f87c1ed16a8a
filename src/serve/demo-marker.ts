import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a demo put into a data directory: a file of the shop's, or a simulated shop and its seed. */
export type DemoMarker = { readonly kind: string; readonly [detail: string]: unknown }

/** The marker's text; undefined where no demo filled the directory. */
export function readDemoMarker(data: string): string | undefined {
  const file = markerFile(data)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

export function writeDemoMarker(data: string, marker: DemoMarker): void {
  writeFileSync(markerFile(data), describeDemo(marker))
}

/** The same source and settings give the same text. */
export function describeDemo(marker: DemoMarker): string {
  return JSON.stringify(marker)
}

/** Whether the people of a data directory are invented. */
export function holdsSimulatedShop(data: string): boolean {
  const marker = readDemoMarker(data)
  return marker !== undefined && (JSON.parse(marker) as DemoMarker).kind === 'simulated'
}

function markerFile(data: string): string {
  return join(data, 'demo.json')
}
