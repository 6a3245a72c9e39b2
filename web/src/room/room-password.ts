const keyOf = (code: string) => `matinee.password.${code}`

/** Keeps the password that the server tells once, for as long as the tab is open. */
export function keepPassword(code: string, password: string | undefined): void {
  if (password === undefined) return
  try {
    sessionStorage.setItem(keyOf(code), password)
  } catch {
    // A browser that keeps nothing: the password is gone with the page, and a new room is soon made.
  }
}

/** The password of a room that was made in this tab. */
export function passwordOf(code: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(code))
  } catch {
    return null
  }
}
