import { catalogue } from './formats/catalogue.ts'
import { cdnow } from './formats/cdnow.ts'
import { onlineRetail } from './formats/online-retail.ts'
import { type Mapping, parseMapping } from './mapping.ts'

/** The words that `--as` takes. */
export const importFormats = ['online-retail', 'cdnow', 'catalogue', 'segment'] as const
export type ImportFormat = (typeof importFormats)[number]

/** The mapping of a built-in table; `segment` is no table: its calls are parsed one by one. */
export function mappingOf(format: Exclude<ImportFormat, 'segment'>): Mapping {
  return parseMapping({ 'online-retail': onlineRetail, cdnow, catalogue }[format])
}
