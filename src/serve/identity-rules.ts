import type { Identity, IdentityKind } from '../core/identity.ts'
import {
  defaultIdentitySettings,
  type IdentitySettings,
  kindSettings,
  placeholderContacts,
} from '../identity/identity-settings.ts'
import type { Config } from './config.ts'

/**
 * The rules of ids that a shop has. Blocked contacts are written in clear and compared as they are kept, in lower case
 * without white space around.
 */
export function readIdentityRules(
  { identityKinds }: Pick<Config, 'identityKinds'>,
  protect: (identity: Identity) => Identity,
): IdentitySettings {
  const rules = Object.entries(identityKinds).map(([kind, rule]) => ({ kind: kind as IdentityKind, ...rule }))
  const kinds = rules.map(({ kind, limit, priority }) => {
    const usual = kindSettings(defaultIdentitySettings, kind)
    return [kind, { limit: limit ?? usual.limit, priority: priority ?? usual.priority }] as const
  })
  const blocked = rules.flatMap(({ kind, blocked: ids = [] }) =>
    ids.map((id): Identity => ({ kind, id: kind === 'email' ? id.trim().toLowerCase() : id.trim() })),
  )
  return {
    ...defaultIdentitySettings,
    kinds: Object.fromEntries(kinds),
    blocked: [...placeholderContacts, ...blocked].map(protect),
  }
}
