import type { Medium } from '../room'
import { dash } from './dash'
import { file } from './file'
import { hls } from './hls'
import type { Provider } from './provider'
import { twitch } from './twitch'
import { vimeo } from './vimeo'
import { youtube } from './youtube'

/** Every provider. A new one is a file beside these and its line here; the first that knows an address takes it. */
export const providers: readonly Provider[] = [youtube, vimeo, twitch, hls, dash, file]

const longestId = 2_048

/** What the address names, or undefined when no provider knows it. Looks at the text alone; nothing is fetched. */
export function resolve(address: string): Medium | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !isShowable(url)) return undefined
  // A fragment and a trailing dot of the host change nothing about what is played.
  url.hash = ''
  url.hostname = url.hostname.replace(/\.$/, '')
  for (const provider of providers) {
    const id = provider.idOf(url)
    if (id !== undefined) return id.length <= longestId ? { provider: provider.name, id } : undefined
  }
  return undefined
}

/** The same medium when its provider exists and takes its id, else undefined. */
export function known(medium: Medium): Medium | undefined {
  const provider = byName.get(medium.provider)
  if (!provider?.isId(medium.id)) return undefined
  // An id that is an address is held to what addresses are.
  return resolve(provider.addressOf(medium.id))?.id === medium.id ? medium : undefined
}

/** An address of the medium. A provider that is no longer there gives the id as it was. */
export const addressOf = ({ provider, id }: Medium): string => byName.get(provider)?.addressOf(id) ?? id

const byName = new Map(providers.map((provider) => [provider.name, provider]))

/** Everybody in the room is shown the address, so it must not hold somebody's password. */
const isShowable = (url: URL) => /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
