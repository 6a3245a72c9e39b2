import { identify, type TokenVerifier } from '@matinee/http'
import { type RateLimiter, Refusal } from '@matinee/kernel'
import { nobodyListens } from '../proxy'
import type { LimitName } from './rules'

export interface RoomLimitOptions {
  readonly limiter: RateLimiter<LimitName>
  readonly verifier: Pick<TokenVerifier, 'verify'>
  /** Hears of each refusal. */
  readonly onLimited: () => void
}

/**
 * Limits the rooms a user makes. Counted before the service is asked, so that
 * many at once cannot pass together, and given back when no room came of it.
 */
export function createRoomLimit({ limiter, verifier, onLimited }: RoomLimitOptions) {
  return async (request: Request, make: () => Promise<Response>): Promise<Response> => {
    const userId = await userOf(request, verifier)
    // Without a valid token the service refuses, in its own words.
    if (userId === undefined) return make()

    const refused = limiter.refuse('rooms_created', userId)
    if (refused) {
      onLimited()
      throw new Refusal('rate_limited', refused)
    }
    let made = false
    try {
      const answer = await make()
      // Who hangs up has a room all the same.
      made = answer.ok || answer.status === nobodyListens
      return answer
    } finally {
      if (!made) limiter.forgive('rooms_created', userId)
    }
  }
}

async function userOf(request: Request, verifier: Pick<TokenVerifier, 'verify'>): Promise<string | undefined> {
  try {
    return (await identify(request, { verifier, isRevoked: () => false }))?.userId
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
