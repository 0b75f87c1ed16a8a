import { expect, test } from 'vitest'
import type { Language } from '../../core/language.ts'
import { guessMapping } from '../operations/guess-mapping.ts'
import { displayWidth } from '../render.ts'
import type { Command, CommandArguments } from './command.ts'
import { commands } from './commands.ts'
import { longCommands } from './long-commands.ts'
import { createProgram } from './program.ts'
import { toUsageError } from './usage-error.ts'

/** What the words of a command line ask for. */
async function parse(words: string, language: Language = 'en') {
  const asked: { command: Command; args: CommandArguments }[] = []
  const program = createProgram(
    {
      commands,
      longCommands: longCommands(new AbortController().signal),
      onCommand: async (command, args) => void asked.push({ command, args }),
    },
    language,
    '0',
  )
  await program.parseAsync(words.split(' '), { from: 'user' })
  const { command, args } = asked[0] ?? {}
  const { operation, input } = command && args ? command.toCall(args) : {}
  return { name: operation?.name, input }
}

test.each([
  ['quarantine show 53a85f9d0c37 808', 'quarantine.show', { importId: '53a85f9d0c37', rowNumber: 808 }],
  ['profile explain 12347', 'profile.explain', { id: '12347', limit: 20 }],
  [
    'profile explain 12347 order_count --limit 3',
    'profile.explain',
    { id: '12347', name: 'order_count', limit: 3 },
  ],
  [
    'features export --to /exports/people.parquet --as-of 2026-06-01',
    'features.export',
    { to: '/exports/people.parquet', asOf: '2026-06-01' },
  ],
  ['features check --horizon 60', 'features.check', { horizonDays: 60 }],
  ['profile get 12347', 'profile.get', { id: '12347' }],
  ['profile erase 12347 --derived', 'profile.erase', { id: '12347', scope: 'derived' }],
  ['profile export 12347 --derived', 'profile.export', { id: '12347', scope: 'derived' }],
  ['compact', 'compact', {}],
  ['train need lifetime', 'train', { models: ['need', 'lifetime'] }],
  ['models show need-spend-90d', 'models.show', { key: 'need-spend-90d' }],
  ['sources add app --kind server', 'sources.add', { name: 'app', kind: 'server' }],
  ['sources rm app', 'sources.rm', { name: 'app' }],
  ['quarantine ls --reason bot --limit 5', 'quarantine.ls', { reason: 'bot', limit: 5 }],
])('%s', async (words, name, input) => {
  expect(await parse(words)).toMatchObject({ name, input })
})

async function complaintOf(words: string) {
  return toUsageError(
    await parse(words).then(
      () => undefined,
      (error: unknown) => error,
    ),
  )
}

test('a misspelt word is answered with the one that was meant, in both languages', async () => {
  expect(await complaintOf('serv')).toMatchObject({
    text: { en: "unknown command 'serv'", zh: '没有命令 serv' },
    wayOut: { en: 'Did you mean serve?', zh: '您是否想输入 serve？' },
  })
  expect((await complaintOf('build --asof 3'))?.text.zh).toBe('没有选项 --asof')
  expect((await complaintOf('import'))?.text.zh).toBe('缺少参数 files')
  expect((await complaintOf('profile get a b'))?.text.zh).toBe('参数过多：a, b')
  expect((await complaintOf('build --as-of'))?.text.zh).toBe('选项 --as-of <time> 缺少值')
})

test('erasing or exporting a person asks for the flag that says how much it is', async () => {
  for (const word of ['erase', 'export']) {
    await expect(parse(`profile ${word} 12347`)).rejects.toMatchObject({
      code: 'bad_usage',
      expected: '--derived',
      text: { en: expect.stringContaining('events and identities'), zh: expect.stringContaining('事件') },
    })
  }
})

test('a guessed mapping alone is the answer, so that it can be written to a file', async () => {
  const { render, note } = guessMapping
  const guessed = { mapping: { name: 'my-shop' }, otherColumns: ['Note'] } as unknown as Parameters<
    typeof render
  >[0]
  expect(JSON.parse(render(guessed, 'zh'))).toEqual({ name: 'my-shop' })
  expect(note?.(guessed, 'en')).toContain('Note')
  await expect(parse('import --guess a.csv b.csv')).rejects.toThrow('one file')
})

test('a value that does not fit is refused in both languages', async () => {
  await expect(parse('quarantine ls --limit 0')).rejects.toMatchObject({
    code: 'bad_usage',
    text: { en: expect.stringContaining('limit: Too small'), zh: expect.stringContaining('limit: 数值过小') },
  })
})

test.each(['en', 'zh'] as const)('the help fits a terminal of 80 columns (%s)', (language) => {
  const program = createProgram(
    { commands, longCommands: [], onCommand: async () => undefined },
    language,
    '0',
  )
  const pages = [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)]
  for (const page of pages) {
    for (const line of page.helpInformation().split('\n'))
      expect(displayWidth(line), line).toBeLessThanOrEqual(80)
  }
})
