/** The flags that every command takes, as keys of the configuration. */
export function configFlags(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { data, lang, port, host, timeZone, seed } = flags
  return { data, lang, port, host, timeZone, seed }
}

/** The configuration file that `--config` names. */
export function configFileOf({ config }: Readonly<Record<string, unknown>>): { file?: string } {
  return typeof config === 'string' ? { file: config } : {}
}
