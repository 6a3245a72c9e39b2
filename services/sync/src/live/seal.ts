import type { LiveContext } from './context'
import type { Session } from './session'

/** The pass of a session, as it stands now. */
export function sealPass({ passes }: Pick<LiveContext, 'passes'>, session: Session): string {
  const { userId = '', sessionId = '', isGuest = true, expiresAtMs = 0 } = session.identity ?? {}
  const room = session.live?.code ?? session.room
  return passes.seal({ connection: session.connection.id, room, userId, sessionId, isGuest, expiresAtMs })
}
