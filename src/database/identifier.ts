import { AppError } from '../core/errors.ts'

/**
 * A table or column name as SQL, in backquotes. A column name may be any text a file's header holds; who takes one
 * from outside matches it to the header first.
 * @throws AppError `bad_input` when the name is empty, longer than 256 characters or holds a NUL.
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.length > 256 || name.includes('\0')) {
    throw new AppError(
      'bad_input',
      {
        en: `a name must have 1..256 characters and no NUL, got ${JSON.stringify(name.slice(0, 40))}`,
        zh: `名称须为 1..256 个字符且不含 NUL，收到 ${JSON.stringify(name.slice(0, 40))}`,
      },
      { expected: '1..256 characters without NUL', received: name.slice(0, 40) },
    )
  }
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

/** Tables are named by the program alone: word characters, no quoting needed. A broken assumption throws. */
export function checkTableName(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`no table can be called ${JSON.stringify(name)}`)
  return name
}
