import { meter, networkOf, type RateLimit } from '@matinee/kernel'

/** One count that an attempt is held against. */
export interface AttemptKey {
  readonly key: string
  readonly limit: RateLimit
}

/** How many wrong logins are let through. */
export interface LoginLimits {
  readonly perAccount: RateLimit
  readonly perAddress: RateLimit
}

/** The limits of the protocol. */
export const defaultLoginLimits: LoginLimits = {
  perAccount: { count: 10, periodMs: 15 * 60_000 },
  perAddress: { count: 50, periodMs: 15 * 60_000 },
}

/**
 * The counts a login is held against. `account` is a digest of the e-mail as typed, whether or not there is such an
 * account: a count that existed only for real ones would tell them apart.
 */
export function loginKeys(limits: LoginLimits, { account, address }: { readonly account: string; readonly address: string }): AttemptKey[] {
  return [
    { key: `login:account:${account}`, limit: limits.perAccount },
    { key: `login:address:${networkOf(address)}`, limit: limits.perAddress },
  ]
}

/** What comes of an attempt. */
export type Take =
  | { readonly allowed: true /** What to store under each key, in the order given. */; readonly nextMs: readonly number[] }
  | { readonly allowed: false; readonly retryAfterMs: number }

/** Takes one attempt from each key, or none: a refusal by one is not counted against the others. */
export function take(keys: readonly (AttemptKey & { readonly storedMs: number | undefined })[], nowMs: number): Take {
  const decisions = keys.map(({ limit, storedMs }) => meter(limit, storedMs, nowMs))
  const waits = decisions.flatMap((decision) => (decision.allowed ? [] : [decision.retryAfterMs]))
  if (waits.length > 0) return { allowed: false, retryAfterMs: Math.max(...waits) }
  // Whole milliseconds, upwards: rounding down would let one more through in the long run.
  return { allowed: true, nextMs: decisions.flatMap((decision) => (decision.allowed ? [Math.ceil(decision.nextMs)] : [])) }
}

/** What to store after an attempt that was taken is given back. */
export function giveBack(limit: RateLimit, storedMs: number): number {
  return storedMs - Math.ceil(limit.periodMs / limit.count)
}
