import * as z from 'zod'
import { SessionId, UserId } from '../ids'
import { cloudEvent } from './cloud-event'

/** Facts of the auth context. */
export const AuthEvent = z.discriminatedUnion('type', [
  cloudEvent('auth.session.revoked', z.object({ session_id: SessionId, user_id: UserId })),
  cloudEvent('auth.user.updated', z.object({ user_id: UserId, display_name: z.string(), is_guest: z.boolean() })),
  cloudEvent('auth.user.removed', z.object({ user_id: UserId })),
])
export type AuthEvent = z.infer<typeof AuthEvent>
export type AuthEventType = AuthEvent['type']
