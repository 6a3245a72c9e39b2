/** How much a room log keeps, and for how long. Tests make them small; everybody else takes the defaults. */
export interface RoomLogBounds {
  /** The latest events that are kept, as far as `keptEntries` and `keptBytes` let them. */
  readonly keptEvents: number
  /** Entries younger than this are kept too. */
  readonly keptMs: number
  /** The most entries that are kept, however young. */
  readonly keptEntries: number
  /** The most that the payloads of kept entries come to, however young they are. One entry is kept, however large. */
  readonly keptBytes: number
  /** How long a command id is remembered. */
  readonly commandIdMs: number
  /** How long a room's data outlive its last sign of life. */
  readonly expiryMs: number
  /** How long those of a closed room do: longer than anybody comes back to what it missed. */
  readonly closedExpiryMs: number
  /** Where more people are present, arrivals and departures are told together. */
  readonly crowdPeople: number
  /** From one PRESENCE to the next, at least. */
  readonly crowdPauseMs: number
}

export const defaultBounds: RoomLogBounds = {
  keptEvents: 2_000,
  keptMs: 10 * 60 * 1_000,
  keptEntries: 100_000,
  keptBytes: 16 * 1024 * 1024,
  commandIdMs: 10 * 60 * 1_000,
  expiryMs: 24 * 60 * 60 * 1_000,
  closedExpiryMs: 15 * 60 * 1_000,
  crowdPeople: 200,
  crowdPauseMs: 1_000,
}

/** Connections of one person in one room; the next one replaces the oldest. */
export const connectionsPerPerson = 5
/** How long a version of playback is claimed for a command: longer than rooms is waited for. */
export const claimMs = 10_000
/** The most people whom one PRESENCE names: more are told in several, so that no frame gets large. */
export const crowdChangesAtOnce = 500
