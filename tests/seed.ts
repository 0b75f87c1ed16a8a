import fc from 'fast-check'

/** Property tests draw the same cases on every run; another seed (`LIKENESS_TEST_SEED=7 npm test`) explores others. */
fc.configureGlobal({ seed: Number(process.env.LIKENESS_TEST_SEED ?? 20261124) })
