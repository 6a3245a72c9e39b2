interface RefusalSpec {
  /** HTTP status of a refused request; a socket carries the code alone. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 421 | 422 | 426 | 429 | 500 | 503 | 504
  /** Safe to show to anybody: never names another user, room or token. */
  readonly message: string
  /** True when the same request may succeed later, unchanged. */
  readonly retryable: boolean
}

/** Every way a client can be told no, over HTTP and over the socket alike. */
export const refusals = {
  invalid_request: { status: 422, message: 'The request is not valid.', retryable: false },
  invalid_json: { status: 400, message: 'The body is not valid JSON.', retryable: false },
  unsupported_media_type: { status: 415, message: 'The body must be application/json.', retryable: false },
  payload_too_large: { status: 413, message: 'The body is too large.', retryable: false },
  not_found: { status: 404, message: 'There is nothing here.', retryable: false },
  method_not_allowed: { status: 405, message: 'This method is not allowed here.', retryable: false },
  misdirected_host: { status: 421, message: 'This host name is not served here.', retryable: false },
  upgrade_required: { status: 426, message: 'This is a WebSocket address.', retryable: false },
  origin_not_allowed: { status: 403, message: 'This origin is not allowed.', retryable: false },
  unauthenticated: { status: 401, message: 'Sign in first: the access token is missing, invalid or expired.', retryable: false },
  rate_limited: { status: 429, message: 'Too many requests. Try again later.', retryable: true },
  unavailable: { status: 503, message: 'This part is not available right now. Try again soon.', retryable: true },
  timed_out: { status: 504, message: 'No answer came in time.', retryable: true },
  internal: { status: 500, message: 'Something broke on our side.', retryable: true },

  invalid_credentials: { status: 401, message: 'The e-mail or the password is wrong.', retryable: false },
  email_taken: { status: 409, message: 'There is an account with this e-mail already.', retryable: false },
  refresh_invalid: { status: 401, message: 'This refresh token is not valid.', retryable: false },
  refresh_reused: { status: 401, message: 'This refresh token was used before; its session has ended.', retryable: false },
  already_account: { status: 409, message: 'This user is an account already.', retryable: false },
  guest_has_no_password: { status: 409, message: 'A guest has no password; upgrade to an account first.', retryable: false },

  room_not_found: { status: 404, message: 'There is no such room.', retryable: false },
  room_closed: { status: 409, message: 'This room is closed.', retryable: false },
  host_only: { status: 403, message: 'Only the host may do this.', retryable: false },
  moderators_only: { status: 403, message: 'Only the host and the moderators may do this.', retryable: false },
  owner_only: { status: 403, message: 'Only the one whom the room belongs to may do this.', retryable: false },
  host_keeps_role: { status: 409, message: 'The host keeps its role; give the room away instead.', retryable: false },
  host_cannot_leave: { status: 409, message: 'The host cannot leave; close the room instead.', retryable: false },
  not_approved: { status: 403, message: 'You have not been let into this room.', retryable: false },
  participant_not_found: { status: 404, message: 'There is no such participant in this room.', retryable: false },
  wrong_password: { status: 403, message: 'The room password is wrong.', retryable: false },
  denied: { status: 403, message: 'The host has turned down your request. You may ask again later.', retryable: true },
  removed: { status: 403, message: 'You have been removed from this room.', retryable: true },
  too_many_waiting: { status: 409, message: 'Too many people are waiting to enter this room.', retryable: true },
  unsupported_video: { status: 422, message: 'This video address is not one of a supported provider.', retryable: false },

  invalid_frame: { status: 422, message: 'The frame is not valid.', retryable: false },
  chat_disabled: { status: 403, message: 'Chat is turned off in this room.', retryable: false },
  read_only: { status: 503, message: 'The room is read-only for a moment. Try again soon.', retryable: true },
  version_conflict: { status: 409, message: 'Playback has changed since; look at its state and decide again.', retryable: false },
  token_mismatch: { status: 403, message: 'This token is of another user or session.', retryable: false },
} as const satisfies Record<string, RefusalSpec>

export type RefusalCode = keyof typeof refusals
export const refusalCodes = Object.keys(refusals) as [RefusalCode, ...RefusalCode[]]
