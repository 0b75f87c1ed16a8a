import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  entry: [
    'src/serve/cli/main.ts',
    'src/snippet/likeness.ts',
    'src/train/training-worker.ts',
    'src/client/{create-client,api-types}.ts',
    'bench/experiments/*.ts',
    'scripts/*.{ts,mjs}',
    'src/math/assembly/*.ts',
    'src/math/kernel-worker.ts',
  ],
  project: ['src/**/*.ts', 'bench/**/*.ts', 'tests/**/*.ts', 'scripts/**'],
}
export default config
