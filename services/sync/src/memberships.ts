import { MediaAnswer, MembershipAnswer, NewerRows, Problem, type RefusalCode, SuccessionAnswer } from '@matinee/contracts'
import type { InternalSecret, Upstream } from '@matinee/http'
import { createSingleFlight, Refusal } from '@matinee/kernel'
import type { Memberships } from './ports'

const mediaPath = '/internal/media'
/** Whether to ask rooms twice is to ask once: a choice that is made again would come after another that was made between. */
export const isRepeatable = (pathname: string): boolean => pathname !== mediaPath

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
    if (!answer.ok) throw (await refusalOf(answer)) ?? new Error(`rooms refused a question at ${path}: ${answer.status}`)
    return answer.json()
  }

  return {
    ask: (room, userId) =>
      asking(`${room} ${userId}`, async () =>
        MembershipAnswer.parse(await post('/internal/memberships', { room_code: room, user_id: userId })),
      ),
    newer: async (rooms) => NewerRows.parse(await post('/internal/rows', { rooms })),
    succeed: async (question) => SuccessionAnswer.parse(await post('/internal/succession', question)),
    choose: async (choice) => MediaAnswer.parse(await post(mediaPath, choice)).room,
  }
}

/** What rooms says no to, as a member may be told; anything else that it refuses was our mistake. */
async function refusalOf(answer: Response): Promise<Refusal | undefined> {
  const problem = Problem.safeParse(await answer.json().catch(() => undefined))
  return problem.success && told.some((code) => code === problem.data.code) ? new Refusal(problem.data.code) : undefined
}
const told = [
  'room_not_found',
  'room_closed',
  'unsupported_video',
  'not_approved',
  'host_only',
  'moderators_only',
] as const satisfies readonly RefusalCode[]
