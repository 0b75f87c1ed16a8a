/** The flags that every command takes, as keys of the configuration. */
export function configFlags(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { data, lang, port, host, timeZone, seed } = flags
  return { data, lang, port, host, timeZone, seed }
}
