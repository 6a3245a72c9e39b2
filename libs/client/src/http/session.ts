import type { Session, User } from '../contract-types'
import { MatineeError } from '../matinee-error'
import { createStore, type Store } from '../store'
import type { Caller } from './caller'

/** Where a session is kept between visits: `localStorage`, `sessionStorage`, or anything like them. */
export interface KeyValueStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** The signed-in session, and who holds its tokens. */
export interface SessionKeeper {
  /** Who is signed in; null when nobody is. */
  readonly user: Store<User | null>
  begin(session: Session): User
  /** The user as the server told of it anew. */
  rename(user: User): User
  end(): void
  /**
   * A token that is good for at least another minute, or for as long as the server gives them. Refreshed ahead of expiry, by one
   * request however many ask. Rejects with `signed_out` when nobody is signed in or the session has ended, with `network` and the
   * like when it could not be asked; then the session is kept.
   */
  token(): Promise<string>
  /** A new token, though the present one has not expired. */
  freshToken(): Promise<string>
  /** Takes over what another tab has refreshed, begun or ended. */
  takeOver(): void
}

interface Kept {
  readonly user: User
  readonly accessToken: string
  readonly refreshToken: string
  /** By this machine's wall clock, which may be off: the server has the last word. */
  readonly expiresAtMs: number
}

export interface SessionDependencies {
  readonly call: Caller
  readonly storage?: KeyValueStorage | undefined
  readonly storageKey: string
  readonly nowMs: () => number
  /** Runs `work` while no other tab does, where the platform can promise that. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

const aheadMs = 60_000
/** A lost answer is asked for again after this: the server takes a refresh token for a stolen one 10 s after it was used up. */
const refreshWithinMs = 4_000

/** Keeps the session in memory and, where there is one, in the storage, which other tabs may share. */
export function createSessionKeeper({ call, storage, storageKey, nowMs, alone }: SessionDependencies): SessionKeeper {
  let kept = read()
  /** Whether the storage has had what is kept: only then does its absence say that another tab has signed out. */
  let isStored = kept !== undefined
  let refreshing: Promise<string> | undefined
  const user = createStore<User | null>(kept?.user ?? null)

  function read(): Kept | undefined {
    try {
      const text = storage?.getItem(storageKey)
      // What is stored there is what `keep` wrote.
      return text ? (JSON.parse(text) as Kept) : undefined
    } catch {
      return undefined
    }
  }

  function keep(next: Kept | undefined): void {
    kept = next
    try {
      if (next) storage?.setItem(storageKey, JSON.stringify(next))
      else storage?.removeItem(storageKey)
      isStored = storage !== undefined
    } catch {
      isStored = false
      // A storage that is full or forbidden keeps nothing: the session then lasts as long as the page.
    }
    user.set(next?.user ?? null)
  }

  function takeOver(): void {
    const theirs = read()
    if (theirs?.refreshToken === kept?.refreshToken || (!theirs && !isStored)) return
    kept = theirs
    isStored = theirs !== undefined
    user.set(theirs?.user ?? null)
  }

  function begin({ user, access_token, refresh_token, expires_in }: Session): User {
    keep({ user, accessToken: access_token, refreshToken: refresh_token, expiresAtMs: nowMs() + expires_in * 1000 })
    return user
  }

  async function refresh(): Promise<string> {
    const before = kept
    if (!before) throw signedOut()
    return alone(async () => {
      // Another tab may have been quicker; a refresh token works once.
      takeOver()
      if (!kept) throw signedOut()
      const { refreshToken, expiresAtMs, accessToken } = kept
      if (refreshToken !== before.refreshToken && expiresAtMs - nowMs() > aheadMs) return accessToken
      const isOver = () => kept?.refreshToken !== refreshToken
      try {
        const session = await spend(call, refreshToken)
        // Signed out meanwhile, or in as somebody else: that stands.
        if (isOver()) return tokenOf(kept)
        begin(session)
        return session.access_token
      } catch (error) {
        if (!(error instanceof MatineeError) || error.status !== 401 || isOver()) throw error
        keep(undefined)
        throw signedOut(error)
      }
    })
  }

  const freshToken = (): Promise<string> => {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  return {
    user,
    begin,
    rename(user) {
      if (kept) keep({ ...kept, user })
      return user
    },
    end: () => keep(undefined),
    async token() {
      if (!kept) throw signedOut()
      return kept.expiresAtMs - nowMs() > aheadMs ? kept.accessToken : freshToken()
    },
    freshToken,
    takeOver,
  }
}

/** The successor of a refresh token. Whether one that had no answer was used up nobody knows here: asked for again soon, the server gives the same. */
function spend(call: Caller, refresh_token: string): Promise<Session> {
  const ask = (withinMs?: number) => call<Session>({ method: 'POST', path: '/api/auth/refresh/', body: { refresh_token }, withinMs })
  return ask(refreshWithinMs).catch((error: MatineeError) => {
    if (error.code !== 'network') throw error
    return ask()
  })
}

function tokenOf(kept: Kept | undefined): string {
  if (!kept) throw signedOut()
  return kept.accessToken
}

function signedOut(cause?: unknown): MatineeError {
  return new MatineeError('signed_out', 'Sign in first.', { status: 401, cause })
}
