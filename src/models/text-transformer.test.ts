import { createRandom } from '../math/random.ts'
import { contractOfTextEncoder } from '../text/text-encoder.contract.ts'
import { pretrainTextTransformer, standardPretraining } from './text-pretraining.ts'

contractOfTextEncoder('a pretrained Transformer', () => {
  const texts = Array.from({ length: 30 }, (_, row) => (row % 2 === 0 ? '质量 不错' : 'good quality of it'))
  const settings = { ...standardPretraining, width: 8, headCount: 2, innerWidth: 8, length: 16, passes: 1 }
  return pretrainTextTransformer(texts, settings, { random: createRandom(1) })
})
