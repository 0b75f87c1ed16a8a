import { z } from 'zod'
import { findPrevious } from '../../train/registry.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { formatCount, pick } from '../render.ts'
import { runTraining } from '../run-training.ts'

type Promoted = { readonly name: string; readonly version: string; readonly scoreCount: number }

/** `models promote VERSION`: puts a registered fit into use; it scores everybody first. */
export const promoteModel: Operation<{ version: string; force?: boolean | undefined }, Promoted> = {
  name: 'models.promote',
  input: z.object({ version: z.string().min(1), force: z.boolean().optional() }),
  run: ({ version, force = false }, context) => putIntoUse(version, force, context),
  render: renderPromoted,
}

/** `models rollback NAME`: puts the fit into use that was before the present one. */
export const rollbackModel: Operation<{ name: string }, Promoted> = {
  name: 'models.rollback',
  input: z.object({ name: z.string().min(1) }),
  run: async ({ name }, context) => {
    const { version } = await findPrevious(context.engine.database, name)
    // It was in use before, whatever it was judged.
    return putIntoUse(version, true, context)
  },
  render: renderPromoted,
}

async function putIntoUse(key: string, isForced: boolean, context: OperationContext): Promise<Promoted> {
  const { answer } = await runTraining<'promote'>({ kind: 'promote', key, isForced }, undefined, context)
  await context.engine.living.forgetLearned()
  return answer
}

function renderPromoted({ version, scoreCount }: Promoted, language: 'en' | 'zh'): string {
  return pick(language)(
    `${version} is in use; ${formatCount(scoreCount)} scores`,
    `已启用 ${version}；${formatCount(scoreCount)} 个评分`,
  )
}
