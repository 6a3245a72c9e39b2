import type { Clock } from '@matinee/kernel'
import type { Announcements, AttemptStore, SessionStore, UserStore } from './ports'

/** How long a guest who cannot come back is kept: their name is still shown in rooms. */
export const idleGuestMs = 30 * 24 * 60 * 60_000
/** How long a successor can be repeated, and enough more that replicas' clocks may differ. */
export const successorKeptMs = 60_000

interface Deps {
  readonly users: Pick<UserStore, 'removeIdleGuests'>
  readonly sessions: Pick<SessionStore, 'sweep'>
  readonly attempts: Pick<AttemptStore, 'sweep'>
  readonly announcements: Pick<Announcements, 'sweep'>
  readonly clock: Clock
}

/** Removes what time has made useless. Any number of replicas may do so at once. */
export async function sweep({ users, sessions, attempts, announcements, clock }: Deps): Promise<void> {
  const nowMs = clock.nowMs()
  await attempts.sweep(nowMs)
  await sessions.sweep(nowMs, nowMs - successorKeptMs)
  await announcements.sweep(nowMs)
  await users.removeIdleGuests(nowMs - idleGuestMs)
}
