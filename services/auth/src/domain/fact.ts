import type { AuthEvent } from '@matinee/contracts'

type Fact<Event> = Event extends { readonly type: infer Type; readonly data: infer Data }
  ? { readonly type: Type; readonly data: Data }
  : never

/** What auth announces to the other services, before it is put into its envelope. */
export type AuthFact = Fact<AuthEvent>

/** A session has ended: its tokens are to be refused and its sockets closed. */
export const sessionRevoked = (sessionId: string, userId: string): AuthFact => ({
  type: 'auth.session.revoked',
  data: { session_id: sessionId, user_id: userId },
})

/** A user has been erased. */
export const userRemoved = (userId: string): AuthFact => ({ type: 'auth.user.removed', data: { user_id: userId } })
