/** The longest text frame a client may send. A longer one closes its socket with 1009. */
export const maxFrameBytes = 16 * 1024

/** The subprotocol a server answers with where it was offered. */
export const subprotocol = 'matinee.v1'

/** The offered subprotocol that carries the access token: `bearer.<token>`. */
export const bearerPrefix = 'bearer.'
