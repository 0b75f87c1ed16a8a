import { addKey } from '../operations/add-key.ts'
import { listKeys } from '../operations/list-keys.ts'
import { removeKey } from '../operations/remove-key.ts'
import { scopeNames } from '../scopes.ts'
import { callOperation } from './call-operation.ts'
import type { Command, Positional } from './command.ts'
import { textAt, wordsOf } from './read-arguments.ts'

const keyName: Positional = {
  notation: '<name>',
  meaning: { en: 'of the program or person that has it', zh: '持有密钥的程序或人员名称' },
}

/** The commands of secret keys. */
export const keyCommands: readonly Command[] = [
  {
    name: 'keys ls',
    meaning: { en: 'who may ask for what over HTTP', zh: '列出可通过 HTTP 访问的密钥及其权限' },
    flags: [],
    toCall: () => callOperation(listKeys, {}),
  },
  {
    name: 'keys add',
    positional: [keyName],
    meaning: { en: 'make a secret key', zh: '创建密钥' },
    flags: [
      {
        flag: '--scope <scopes>',
        meaning: {
          en: `parted by commas: ${scopeNames.join(', ')}`,
          zh: `以逗号分隔：${scopeNames.join('、')}`,
        },
      },
    ],
    toCall: ({ positional, flags }) =>
      callOperation(addKey, { name: textAt(positional, 0), scopes: wordsOf(flags.scope) }),
  },
  {
    name: 'keys rm',
    positional: [keyName],
    meaning: { en: 'take a secret key back', zh: '收回密钥' },
    flags: [],
    toCall: ({ positional }) => callOperation(removeKey, { name: textAt(positional, 0) }),
  },
]
