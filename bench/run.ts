import { readdirSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import type { Contender, Experiment, ExperimentOptions, ExperimentResult } from './experiment.ts'

const folder = new URL('./experiments/', import.meta.url)

/** `npm run bench -- EXPERIMENT --option VALUE … [--json]`: one experiment, a table or one JSON object. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -3))
  if (name === undefined || !names.includes(name)) {
    console.error(
      `Experiments: ${names.join(', ')}\nUsage: npm run bench -- EXPERIMENT --option VALUE … [--json]`,
    )
    return 2
  }
  const { experiment } = (await import(new URL(`${name}.ts`, folder).href)) as { experiment: Experiment }
  const { options, isJson } = parseOptions(name, experiment, rest)
  if (options === undefined) return 2
  const startedMs = performance.now()
  const result = await experiment.run(options, (line) => console.error(line))
  const seconds = round((performance.now() - startedMs) / 1000)
  const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024)
  if (isJson) console.log(JSON.stringify({ ...result, seconds, peakMemoryMb, machine: machine() }, null, 2))
  else printTable(result, seconds, peakMemoryMb)
  return 0
}

function parseOptions(
  name: string,
  experiment: Experiment,
  args: readonly string[],
): { options: ExperimentOptions | undefined; isJson: boolean } {
  const names = Object.keys(experiment.options)
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean' },
      ...Object.fromEntries(names.map((option) => [option, { type: 'string', multiple: true } as const])),
    },
  })
  const options: Record<string, readonly string[]> = {}
  for (const option of names) {
    const value = (values as Record<string, unknown>)[option]
    if (Array.isArray(value)) options[option] = value.map(String)
  }
  const missing = names.filter(
    (option) => experiment.options[option]?.required && options[option] === undefined,
  )
  if (values.help === true || missing.length > 0) {
    const lines = names.map((option) => `  --${option}  ${experiment.options[option]?.summary}`)
    console.error(`${name}: ${experiment.summary}\n${lines.join('\n')}`)
    if (missing.length > 0) console.error(`Missing: ${missing.map((option) => `--${option}`).join(', ')}`)
    return { options: undefined, isJson: false }
  }
  return { options, isJson: values.json === true }
}

function machine(): string {
  const gib = Math.round(totalmem() / 2 ** 30)
  return `${availableParallelism()} cores, ${cpus()[0]?.model.trim()}, ${gib} GiB, Node ${process.version}`
}

function printTable(result: ExperimentResult, seconds: number, peakMemoryMb: number): void {
  console.log(`${result.experiment}: ${result.split}; seed ${result.seed}`)
  console.log(JSON.stringify(result.dataset))
  const contenders = [...result.models, ...result.baselines]
  console.table(Object.fromEntries(contenders.map((contender) => [contender.name, tableRow(contender)])))
  for (const note of result.notes ?? []) console.log(note)
  console.log(`${seconds} s, ${peakMemoryMb} MB at the peak, ${machine()}`)
}

function tableRow(contender: Contender): Record<string, string | number> {
  const row: Record<string, string | number> = {}
  for (const [metric, value] of Object.entries(contender.metrics)) {
    row[metric] =
      typeof value === 'number'
        ? round(value)
        : `${round(value.value)} [${round(value.low)}, ${round(value.high)}]`
  }
  return { ...row, seconds: round(contender.seconds) }
}

function round(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value * 100) / 100 : Number(value.toPrecision(5))
}

process.exitCode = await main(process.argv.slice(2))
