import { signal } from '@preact/signals'

/** What the page shows: everything else is not in its address. */
export type Place = { readonly kind: 'home' } | { readonly kind: 'room'; readonly code: string }

/** Where the page is; follows the browser's own way back. */
export const place = signal(placeOf(location.pathname))
addEventListener('popstate', () => {
  place.value = placeOf(location.pathname)
})

/** To the start. Both ways are one step that the browser's way back undoes. */
export const goHome = () => go('/')
/** To the door of a room, by its code as the server spells it. */
export const goToRoom = (code: string) => go(pathOf(code))

/** The address of a room that people can be given. */
export const linkTo = (code: string): string => new URL(pathOf(code), location.origin).href

/** A code as it is read out: `7GQ4-KX2M`. */
export const spelled = (code: string): string => (code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code)

/** The code that somebody typed or pasted, which may be a whole link; undefined when it is none. */
export function codeIn(typed: string): string | undefined {
  const last = typed.trim().replace(/\/+$/, '').split('/').at(-1) ?? ''
  const code = last.replaceAll(/[\s-]/g, '').toUpperCase()
  return /^[0-9A-Z]{8}$/.test(code) ? code : undefined
}

function go(path: string): void {
  if (path !== location.pathname) history.pushState(null, '', path)
  place.value = placeOf(path)
}

function placeOf(path: string): Place {
  const typed = /^\/r\/([^/]+)\/?$/.exec(path)?.[1]
  return typed === undefined ? { kind: 'home' } : { kind: 'room', code: codeIn(typed) ?? typed }
}

const pathOf = (code: string) => `/r/${encodeURIComponent(code)}`
