/** All of a test's people come from one address: the limits per address would meet them together. Those per person stay. */
export const generousLimits = {
  LIMIT_REQUESTS_PER_MIN: '1000000',
  LIMIT_GUESTS_PER_MIN: '1000000',
  LIMIT_REGISTRATIONS_PER_MIN: '1000000',
  LIMIT_HANDSHAKES_PER_MIN: '1000000',
} as const
