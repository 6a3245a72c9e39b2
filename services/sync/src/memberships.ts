import { MembershipAnswer } from '@matinee/contracts'
import type { InternalSecret, Upstream } from '@matinee/http'
import { createSingleFlight, Refusal } from '@matinee/kernel'
import type { Memberships } from './ports'

/** Asks the rooms service, over its internal port. Questions about the same user and room that are under way are asked once; no answer is kept. */
export function createMemberships({ rooms, secret }: { readonly rooms: Upstream; readonly secret: InternalSecret }): Memberships {
  const asking = createSingleFlight<MembershipAnswer>()
  return {
    ask: (room, userId) =>
      asking(`${room} ${userId}`, async () => {
        const answer = await rooms(
          new Request('http://rooms/internal/memberships', {
            method: 'POST',
            headers: { ...secret.headers, 'content-type': 'application/json' },
            body: JSON.stringify({ room_code: room, user_id: userId }),
          }),
        )
        if (answer.status >= 500) throw new Refusal('unavailable', { retryAfterMs: 1000 })
        if (!answer.ok) throw new Error(`rooms refused a question about a membership: ${answer.status}`)
        return MembershipAnswer.parse(await answer.json())
      }),
  }
}
