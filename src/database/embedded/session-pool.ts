import type { Session } from 'chdb'
import { quoteLiteral } from '../engine/parameters.ts'
import type { Settings } from '../engine/settings.ts'

/** One session of the engine, lent to one query at a time; it remembers what the last borrower set. */
type Lease = {
  readonly session: Session
  /** The statement that sets what this query wants and puts back what the one before it changed. */
  prepare(settings: Settings): string
  release(): void
}

export type SessionPool = {
  /** Waits for a free session; first come, first served. */
  borrow(): Promise<Lease>
  /** Resolves when every lent session is back, then closes them all. */
  close(): Promise<void>
}

/**
 * Sessions on one data directory. A session runs its queries one after another and sessions run beside each other,
 * so small queries pass a heavy one as long as a session is free. Settings last as long as a session does: what one
 * query sets is put back before the next.
 */
export function createSessionPool(sessions: readonly Session[], baseSettings: Settings): SessionPool {
  const idle = sessions.map((session) => createLease(session, baseSettings, giveBack))
  const waiting: ((lease: Lease) => void)[] = []
  let onAllBack: (() => void) | undefined
  function giveBack(lease: Lease): void {
    const next = waiting.shift()
    if (next !== undefined) next(lease)
    else idle.push(lease)
    if (idle.length === sessions.length) onAllBack?.()
  }
  return {
    borrow: () => {
      const lease = idle.shift()
      if (lease !== undefined) return Promise.resolve(lease)
      return new Promise((resolve) => waiting.push(resolve))
    },
    close: async () => {
      if (idle.length < sessions.length) await new Promise<void>((resolve) => (onAllBack = resolve))
      for (const session of sessions) session.close()
    },
  }
}

function createLease(session: Session, baseSettings: Settings, giveBack: (lease: Lease) => void): Lease {
  let changed: readonly string[] = []
  const lease: Lease = {
    session,
    prepare: (settings) => {
      const back = changed
        .filter((name) => !(name in settings))
        .map((name) => [name, baseSettings[name]] as const)
      // Parameters need no putting back: a query without a value for its placeholder is refused before it runs.
      changed = Object.keys(settings).filter((name) => !name.startsWith('param_'))
      return formatSet([...back, ...Object.entries(settings)])
    },
    release: () => giveBack(lease),
  }
  return lease
}

/** A SET statement with its closing semicolon; empty when there is nothing to set. An undefined value is the engine's own. */
export function formatSet(entries: readonly (readonly [string, string | number | undefined])[]): string {
  if (entries.length === 0) return ''
  const parts = entries.map(([name, value]) => `${checkName(name)} = ${formatSetting(value)}`)
  return `SET ${parts.join(', ')}; `
}

function formatSetting(value: string | number | undefined): string {
  if (value === undefined) return 'DEFAULT'
  return typeof value === 'number' ? String(value) : quoteLiteral(value)
}

function checkName(name: string): string {
  if (!/^\w+$/.test(name)) throw new Error(`no setting can be called ${JSON.stringify(name)}`)
  return name
}
