import { z } from 'zod'
import { normaliseContact } from '../../collect/protect-contacts.ts'
import { AppError } from '../../core/errors.ts'
import type { Identity, IdentityKind } from '../../core/identity.ts'
import { mirrorIdentities } from '../../identity/mirror-identities.ts'
import { type SplitReport, splitIdentity } from '../../identity/split-identity.ts'
import type { Operation } from '../operation.ts'
import { resolveProfile } from '../read-profiles.ts'
import { pick } from '../render.ts'

const kindPattern = /^(user_id|anonymous_id|email|phone|device_id|external:[a-z0-9_.-]{1,64})$/

export const splitInput = z.object({
  profileId: z.string().min(1).max(500),
  kind: z.string().regex(kindPattern),
  id: z.string().min(1).max(255),
})

/** `profile split PROFILE KIND:ID`: takes an id out of a profile that it was merged into wrongly. */
export const splitProfile: Operation<z.output<typeof splitInput>, SplitReport> = {
  name: 'profile.split',
  input: splitInput,
  run: async ({ profileId: asked, kind, id }, { engine }) => {
    const { graph, contacts, database } = engine
    const profileId = resolveProfile(engine.profiles, asked)
    const stated: Identity = { kind: kind as IdentityKind, id }
    const identities = graph.clusterOf(profileId)?.identities ?? []
    const isThere = identities.some((each) => each.kind === stated.kind && each.id === stated.id)
    // An address is known by its hash; it may be stated as either.
    const identity = isThere ? stated : contacts.identity(normaliseContact(stated) ?? stated)
    const report = await splitIdentity(graph, profileId, identity, engine.now().getTime())
    if (report === undefined) throw noSuchId(profileId, stated, identities)
    await mirrorIdentities(database, graph, engine.now())
    return report
  },
  render: (report, language) => {
    const list = (ids: readonly Identity[]) => ids.map(({ kind, id }) => `${kind}:${id}`).join(', ')
    return pick(language)(
      `${report.profileId}: ${list(report.identities)}\n${report.restProfileId}: ${list(report.restIdentities)}`,
      `${report.profileId}：${list(report.identities)}\n${report.restProfileId}：${list(report.restIdentities)}`,
    )
  },
  note: (_report, language) =>
    pick(language)(
      'Their histories are apart from now on; `likeness build` brings features up to date.',
      '两者的历史自此分开；运行 `likeness build` 更新特征。',
    ),
}

function noSuchId(profileId: string, { kind, id }: Identity, identities: readonly Identity[]): AppError {
  return new AppError(
    'not_found',
    {
      en: `profile ${profileId} has no id ${kind}:${id} beside others`,
      zh: `画像 ${profileId} 没有可拆分的编号 ${kind}:${id}`,
    },
    {
      received: `${kind}:${id}`,
      expected: identities.map((each) => `${each.kind}:${each.id}`).join(', ') || '–',
    },
  )
}
