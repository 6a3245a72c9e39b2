/** Why a socket was closed, and whether its client should come back. 1009 and 4408 may arrive as 1006. */
export const closeCodes = {
  left: { code: 1000, comeBack: 'never' },
  unsupported_data: { code: 1003, comeBack: 'never' },
  too_big: { code: 1009, comeBack: 'never' },
  restarting: { code: 1012, comeBack: 'resume' },
  try_later: { code: 1013, comeBack: 'resume' },
  unauthenticated: { code: 4401, comeBack: 'fresh_token' },
  not_approved: { code: 4403, comeBack: 'never' },
  room_not_found: { code: 4404, comeBack: 'never' },
  too_slow: { code: 4408, comeBack: 'resume' },
  replaced: { code: 4409, comeBack: 'never' },
  room_closed: { code: 4410, comeBack: 'never' },
  removed: { code: 4411, comeBack: 'never' },
  too_fast: { code: 4429, comeBack: 'resume' },
} as const

export type CloseReason = keyof typeof closeCodes
