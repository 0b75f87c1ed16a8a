#!/usr/bin/env node
// The `likeness` command: compiled JavaScript in the published package, TypeScript in a clone. Plain enough to say on
// any Node which one is needed.
import { existsSync } from 'node:fs'

const compiled = new URL('../dist/serve/cli/main.js', import.meta.url)
const source = new URL('../src/serve/cli/main.ts', import.meta.url)
const isClone = existsSync(source)
const needed = isClone ? [22, 18] : [22, 12]
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > needed[0] || (major === needed[0] && minor >= needed[1])) {
  const { main } = await import((isClone ? source : compiled).href)
  await main(process.argv.slice(2))
} else {
  const wanted = needed.join('.')
  console.error(`Likeness needs Node ${wanted} or later, this is ${process.version}.`)
  console.error(`Likeness 需要 Node ${wanted} 或更高版本，当前为 ${process.version}。`)
  console.error(
    isClone
      ? '→ `npm start` and `npx likeness` bring their own / 请使用自带 Node 的 `npm start` 或 `npx likeness`'
      : '→ https://nodejs.org, or `npm install node` / 或运行 `npm install node`',
  )
  process.exitCode = 3
}
