import type { AccessClaims } from './domain/access-claims'
import type { AttemptKey } from './domain/attempts'
import type { RefreshDecision, RefreshToken, Session } from './domain/session'
import type { User, UserChange } from './domain/user'

/** A session and its first refresh token. */
export interface Opening {
  readonly session: Session
  readonly token: RefreshToken
}

/** Users. What is announced of a change commits with it. */
export interface UserStore {
  find(id: string): Promise<User | undefined>
  /** `email` is lower-cased. */
  findByEmail(email: string): Promise<User | undefined>

  /**
   * Adds a user, together with a first session if there is to be one. Refuses with
   * `email_taken`, and stores nothing, when the address is in use; of two calls at
   * the same moment one is refused.
   */
  add(user: User, opening?: Opening): Promise<void>

  /**
   * Loads the user, applies `decide`, and commits the changed user, its facts and the
   * sessions it ends together. No other writer changes the user in between; `decide` may run
   * again, so it must be pure. A throwing `decide` commits nothing and rethrows.
   *
   * Refuses with `email_taken` when the address is another's, with `unauthenticated` when there is no such user.
   */
  update(id: string, decide: (user: User) => UserChange): Promise<User>

  /** Erases the user and ends all of their sessions. Erasing again changes and announces nothing. */
  remove(id: string): Promise<void>

  /** Notes that users were seen at `atMs`. Never goes back, skips unknown ids, and writes a user's row at most once a minute. */
  seen(ids: readonly string[], atMs: number): Promise<void>

  /** Removes guests without a session who were last seen before `beforeMs`, some at a time. Returns how many. */
  removeIdleGuests(beforeMs: number): Promise<number>
}

/** Sessions and their refresh tokens. */
export interface SessionStore {
  /**
   * Opens a session for who has just proved to know the password behind `verifiedHash`. Refuses with
   * `invalid_credentials` when the user has gone or has another password since.
   */
  open(opening: Opening, verifiedHash: string): Promise<void>
  /** Whether there is such a session now. Sees an end as soon as that has been committed. */
  isLive(sessionId: string): Promise<boolean>
  /** Ends the session and announces it. Ending it again changes and announces nothing. */
  end(sessionId: string): Promise<void>

  /**
   * Loads the token with this hash, applies `decide`, and commits what it decides: `rotate` stores both
   * tokens and extends the session, `reused` ends it and announces that. Of calls with one hash at the same
   * moment, each sees what the one before decided. `decide` must be pure.
   */
  refresh(hash: string, decide: (stored: RefreshToken | undefined) => RefreshDecision): Promise<RefreshOutcome>

  /** Removes sessions and tokens that have expired, and erases sealed successors of tokens used before `usedBeforeMs`. */
  sweep(nowMs: number, usedBeforeMs: number): Promise<void>
}

/** What was decided about a refresh token, and for whom. */
export type RefreshOutcome =
  | { readonly decision: Extract<RefreshDecision, { kind: 'rotate' | 'repeat' }>; readonly sessionId: string; readonly user: User }
  | { readonly decision: Extract<RefreshDecision, { kind: 'reused' | 'unknown' }> }

/** What was announced of late, for those who have lost it. */
export interface Announcements {
  /**
   * Announces once more everything that was announced within one lifetime of an access token: the same events, with the ids
   * and instants they had. Resolves when that is recorded, whether or not the bus is there.
   */
  repeat(): Promise<void>
  /** Forgets what no access token that is valid can contradict any more. */
  sweep(nowMs: number): Promise<void>
}

/** Counts of attempts at secrets, shared by all replicas. */
export interface AttemptStore {
  /** Takes one attempt from each key or from none. Calls at the same moment count each other, on whichever replica. */
  take(
    keys: readonly AttemptKey[],
    nowMs: number,
  ): Promise<{ readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }>
  /** Undoes one `take`. */
  giveBack(keys: readonly AttemptKey[]): Promise<void>
  /** Removes counts that no longer limit anything. */
  sweep(nowMs: number): Promise<void>
}

/** The installation's key as its row has it. */
export interface StoredSigningKey {
  readonly kid: string
  /** JSON of the public key, as it is published. */
  readonly publicJwk: string
  /** JSON of the private key, or that JSON sealed. */
  readonly privateKey: string
  readonly createdAtMs: number
}

/** Where the installation's one signing key is kept. */
export interface SigningKeyStore {
  find(): Promise<StoredSigningKey | undefined>
  /** Stores the key unless there is one already, and returns the one that is stored: the same for all who ask, at whatever moment. */
  keepFirst(candidate: StoredSigningKey): Promise<StoredSigningKey>
}

/** Slow hashes of passwords. */
export interface Passwords {
  /**
   * Runs `work` when it is its turn; only a few have theirs at a time, because each hash takes 19 MiB and a core for
   * tens of milliseconds. Refuses with `unavailable` when too many wait. `hash` and `verify` are to be called in a turn.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  hash(password: string): Promise<string>
  /** Costs the same, and is false, when there is no hash to verify against. */
  verify(password: string, hash: string | undefined): Promise<boolean>
}

/** Makes the tokens that every service accepts. */
export interface AccessTokens {
  sign(claims: AccessClaims): Promise<string>
}

/** Refresh tokens, and what is kept of them. */
export interface RefreshTokens {
  /** A new token: 256 random bits or more. */
  create(): string
  /** What a token is stored and looked up as; the token cannot be found from it. */
  digest(token: string): string
  /** Seals `text` so that only who has `token` can open it. */
  seal(token: string, text: string): Promise<string>
  open(token: string, sealed: string): Promise<string>
}
