const isoTime = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}|$)/
const compactDate = /^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$/
const unixTime = /^\d{10}(\d{3})?$/
const slashTime = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: (\d{1,2}):(\d{2})(:\d{2})?)?$/

/**
 * Whether nearly all values are times. `certain` leaves out numbers that may be ids. Without values (a Parquet file is
 * known by its header alone) the name is believed.
 */
export function looksLikeTime(
  values: readonly string[] | undefined,
  how: 'likely' | 'certain' = 'likely',
): boolean {
  if (values === undefined || values.length === 0) return how === 'likely'
  const isTime = (value: string) =>
    isoTime.test(value) ||
    slashTime.test(value) ||
    (how === 'likely' && (compactDate.test(value) || unixTime.test(value)))
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
