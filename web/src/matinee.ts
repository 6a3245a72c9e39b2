import { createMatinee, type KeyValueStorage } from '@matinee/client'
import { signal } from '@preact/signals'

/** Where the session is kept; undefined where the browser keeps nothing. */
function storage(): KeyValueStorage | undefined {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}

const kept = storage()

/** The one client of this page. */
export const matinee = createMatinee(kept ? { storage: kept } : {})

/** Who is signed in; null when nobody is. */
export const user = signal(matinee.auth.user.get())
matinee.auth.user.subscribe((next) => {
  user.value = next
})
