const isoTime = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}|$)/
const compactDate = /^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$/
const unixTime = /^\d{10}(\d{3})?$/
const slashTime = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: (\d{1,2}):(\d{2})(:\d{2})?)?$/

/**
 * Whether nearly all values are times. Of a column whose name says nothing (`unnamed`), numbers may be ids, and it must
 * have values; one that a word names is believed without (a Parquet file is known by its header alone). `stored`: as the
 * engine reads a time without being told its form.
 */
export function looksLikeTime(
  values: readonly string[] | undefined,
  how: 'named' | 'unnamed' | 'stored',
): boolean {
  if (values === undefined || values.length === 0) return how === 'named'
  const isTime = (value: string) =>
    isoTime.test(value) ||
    (how !== 'stored' && slashTime.test(value)) ||
    (how !== 'unnamed' && (compactDate.test(value) || unixTime.test(value)))
  return values.filter(isTime).length >= values.length * 0.9
}

/** `auto`, or the order of day and month that all values allow; where both are possible, the day comes first. */
export function chooseDateFormat(values: readonly string[]): string {
  const parts = values.map((value) => slashTime.exec(value)).filter((match) => match !== null)
  const [first] = parts
  if (first === undefined || parts.length < values.length / 2) return 'auto'
  const isMonthFirst = parts.some((match) => Number(match[3]) > 12)
  const separator = first[2] ?? '/'
  const date = isMonthFirst ? ['M', 'd', 'yyyy'] : ['d', 'M', 'yyyy']
  const time = first[5] === undefined ? '' : first[7] === undefined ? ' H:mm' : ' H:mm:ss'
  return `${date.join(separator)}${time}`
}

/** Whole numbers that a spreadsheet wrote as `17850.0` lose the fraction. */
export function chooseUserIdForm(values: readonly string[]): 'as_is' | 'integer' {
  return values.length > 0 && values.every((value) => /^\d+\.0+$/.test(value)) ? 'integer' : 'as_is'
}

/** Whether prices and amounts have a decimal comma: some end in one, and none in a point. */
export function chooseDecimal(values: readonly string[]): 'point' | 'comma' {
  const isComma = values.some((value) => /\d,(\d{1,2}|\d{4,})\D*$/.test(value))
  return isComma && !values.some((value) => /\d\.\d{1,2}\D*$/.test(value)) ? 'comma' : 'point'
}

/**
 * Whether a first line is a row like those below it and names no columns: a cell of it is a time or a decimal, or all
 * are numbers.
 */
export function looksLikeRow(cells: readonly string[]): boolean {
  const isValue = (cell: string) => isoTime.test(cell) || slashTime.test(cell) || /^-?\d+[.,]\d+$/.test(cell)
  return cells.some(isValue) || (cells.length > 1 && cells.every((cell) => /^-?\d+$/.test(cell)))
}

/**
 * The letters before the digits of an order's number that cancelled orders have and no other: each negative quantity
 * below most of them, no positive one.
 */
export function findCancelPrefix(
  orderIds: readonly string[],
  quantities: readonly string[],
): string | undefined {
  const prefixes = quantities.map((quantity, index) => ({
    isNegative: quantity.startsWith('-'),
    prefix: /^([A-Za-z]+)[-_ ]?\d/.exec(orderIds[index] ?? '')?.[1] ?? '',
  }))
  const negative = prefixes.filter((each) => each.isNegative)
  const [prefix = ''] = negative.map((each) => each.prefix).filter((each) => each !== '')
  const hits = negative.filter((each) => each.prefix === prefix).length
  const isOwn = prefix !== '' && hits * 2 > negative.length
  return isOwn && !prefixes.some((each) => !each.isNegative && each.prefix === prefix) ? prefix : undefined
}
