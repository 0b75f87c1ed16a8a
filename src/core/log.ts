type Fields = Readonly<Record<string, unknown>>

/** Where the program says what it did: a constant message and fields, never personal data. */
export type Log = {
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
}
