const longestName = 50
const possessive = '’s room'

/** What a room without a name of its own is called, cut to the length a name may have: by code points, as names are measured. */
export function defaultName(hostName: string): string {
  const kept = [...hostName].slice(0, longestName - [...possessive].length).join('')
  return kept.trimEnd() + possessive
}

/** The name of a room of which the host is called otherwise now: one after the host follows, one of its own stays. */
export const renamedAfterHost = (roomName: string, before: string, after: string): string =>
  roomName === defaultName(before) ? defaultName(after) : roomName
