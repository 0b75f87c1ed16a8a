#!/usr/bin/env node
// The `likeness` command: compiled JavaScript in the published package, TypeScript in a clone.
import { existsSync } from 'node:fs'

const compiled = new URL('../dist/serve/cli/main.js', import.meta.url)
const source = new URL('../src/serve/cli/main.ts', import.meta.url)
const { main } = await import((existsSync(source) ? source : compiled).href)
await main(process.argv.slice(2))
