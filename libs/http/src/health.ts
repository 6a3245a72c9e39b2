/** One thing a service looks at to tell how it is. */
export interface Check {
  readonly name: string
  /** `required`: failing makes the service unready. `informative`: failing shows as degraded. */
  readonly kind: 'required' | 'informative'
  /** Fails by answering false, by rejecting, or by taking longer than the limit. */
  readonly run: () => boolean | Promise<boolean>
}

export interface Health {
  readonly status: 'ready' | 'not_ready'
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>
  /** Names of what is failing but does not keep the service from its work. */
  readonly degraded: readonly string[]
}

/** Runs all checks at once, each for at most `limitMs`. While draining a service is not ready, whatever its checks say. */
export async function readHealth(checks: readonly Check[], { limitMs, draining }: { limitMs: number; draining: boolean }): Promise<Health> {
  const results = await Promise.all(checks.map(async (check) => ({ ...check, ok: await passes(check, limitMs) })))
  const unready = draining || results.some(({ kind, ok }) => kind === 'required' && !ok)
  return {
    status: unready ? 'not_ready' : 'ready',
    checks: Object.fromEntries(results.map(({ name, ok }) => [name, ok ? 'ok' : 'failing'])),
    degraded: results.filter(({ kind, ok }) => kind === 'informative' && !ok).map(({ name }) => name),
  }
}

async function passes({ run }: Check, limitMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), limitMs)
  try {
    return await Promise.race([Promise.try(run), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
