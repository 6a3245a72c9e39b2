/** One kind of video: how its addresses are read and written. */
export interface Provider {
  /** As stored and as told to clients; lower case. */
  readonly name: string
  /** The id that an address names, in its one canonical form; undefined when it names none of this provider's. */
  idOf(url: URL): string | undefined
  /** Whether `id` is in the canonical form. */
  isId(id: string): boolean
  /** An address that `idOf` reads back as `id`. */
  addressOf(id: string): string
}

/** A provider whose ids are the addresses themselves, known by the ending of their path. */
export function byEnding(name: string, ending: RegExp): Provider {
  const idOf = (url: URL) => (ending.test(url.pathname) ? url.href : undefined)
  return {
    name,
    idOf,
    isId: (id) => URL.canParse(id) && /^https?:$/.test(new URL(id).protocol) && idOf(new URL(id)) === id,
    addressOf: (id) => id,
  }
}

/** The host without the prefixes that only choose a layout. */
export const siteOf = (url: URL): string => url.hostname.replace(/^(www|m|music|mobile)\./, '')

/** The parts of the path, in order, without empty ones. */
export const partsOf = (url: URL): string[] => url.pathname.split('/').filter((part) => part !== '')
