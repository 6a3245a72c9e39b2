import { MembershipAnswer, NewerRows } from '@matinee/contracts'
import type { InternalSecret, Upstream } from '@matinee/http'
import { createSingleFlight, Refusal } from '@matinee/kernel'
import type { Memberships } from './ports'

/** Asks the rooms service, over its internal port. Questions about the same user and room that are under way are asked once; no answer is kept. */
export function createMemberships({ rooms, secret }: { readonly rooms: Upstream; readonly secret: InternalSecret }): Memberships {
  const asking = createSingleFlight<MembershipAnswer>()

  async function post(path: string, question: unknown): Promise<unknown> {
    const answer = await rooms(
      new Request(`http://rooms${path}`, {
        method: 'POST',
        headers: { ...secret.headers, 'content-type': 'application/json' },
        body: JSON.stringify(question),
      }),
    )
    if (answer.status >= 500) throw new Refusal('unavailable', { retryAfterMs: 1000 })
    if (!answer.ok) throw new Error(`rooms refused a question at ${path}: ${answer.status}`)
    return answer.json()
  }

  return {
    ask: (room, userId) =>
      asking(`${room} ${userId}`, async () =>
        MembershipAnswer.parse(await post('/internal/memberships', { room_code: room, user_id: userId })),
      ),
    newer: async (rooms) => NewerRows.parse(await post('/internal/rows', { rooms })),
  }
}
