import { defineConfig } from 'vitest/config'
import { compileCache } from './tests/fill-compile-cache.ts'

export default defineConfig({
  test: {
    // One more than the cores of a small machine: many tests of stores wait for disks, timers and the engine's own cleanup.
    maxWorkers: 3,
    globalSetup: ['tests/fill-compile-cache.ts'],
    projects: [
      {
        test: {
          name: 'pure',
          include: ['src/**/*.test.ts', 'bench/**/*.test.ts', 'tests/*.test.ts'],
          exclude: ['**/*.store.test.ts'],
          isolate: false,
          setupFiles: ['tests/seed.ts'],
          testTimeout: 30_000,
        },
      },
      {
        // One process a file: a process has one chDB data directory.
        test: {
          name: 'store',
          include: ['src/**/*.store.test.ts', 'tests/*.store.test.ts', 'tests/data/*.test.ts'],
          pool: 'forks',
          setupFiles: ['tests/seed.ts'],
          env: { NODE_COMPILE_CACHE: compileCache },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
