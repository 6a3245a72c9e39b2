import { type Follower, follow, type Intent, type Media, type RoomConnection } from '@matinee/client'
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { attempt } from '../parts/toasts'
import { createPlayer, isPlayable } from './players'

export interface UsePlayer {
  readonly media: Media | null
  readonly connection: RoomConnection
  readonly mayControl: () => boolean
}

/** A video that has told nothing of itself after this will hardly come. */
const patienceMs = 8_000
/** One that has broken off, as without a network for half a minute, is loaded anew after this, again and again. */
const againMs = 5_000

/** Puts a player for the room's medium into `controls`, and keeps it where the room is. */
export function usePlayer(controls: RefObject<HTMLElement | null>, { media, connection, mayControl }: UsePlayer) {
  const [follower, setFollower] = useState<Follower | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const source = media ? `${media.provider} ${media.id}` : null

  // Another medium is another player; all else is read when it is needed.
  useEffect(() => {
    setProblem(null)
    if (!media) return
    if (!isPlayable(media)) return setProblem('This kind of video cannot be kept together. Choose another.')
    let end = () => {}
    let over = false
    createPlayer(media).then(
      (player) => {
        if (over) return
        let hasLoaded = false
        let again: ReturnType<typeof setTimeout> | undefined
        const failed = () => {
          if (!hasLoaded) return setProblem('This video does not load here. Its address may be wrong, or this browser cannot play it.')
          setProblem('The video has broken off. This page goes on trying by itself.')
          clearTimeout(again)
          again = setTimeout(() => player.load?.(), againMs)
        }
        // Not every player tells of its failure.
        const tooLong = setTimeout(() => player.readyState === 0 && failed(), patienceMs)
        const loaded = () => {
          clearTimeout(tooLong)
          hasLoaded = true
          setProblem(null)
        }
        player.addEventListener('error', failed)
        player.addEventListener('loadeddata', loaded)
        controls.current?.prepend(player)
        const onIntent = (intent: Intent) => mayControl() && tell(connection, intent)
        const follower = follow(connection, player, { media, onIntent })
        setFollower(follower)
        end = () => {
          for (const timer of [tooLong, again]) clearTimeout(timer)
          follower.stop()
          player.removeEventListener('error', failed)
          player.remove()
          setFollower(null)
        }
      },
      () => setProblem('The player for this video could not be loaded. Check your connection, and load the page again.'),
    )
    return () => {
      over = true
      end()
    }
  }, [source, connection])

  return { follower, problem }
}

/** What was done with the player's own controls, such as a headset's button, is done for the room. */
function tell(connection: RoomConnection, { type, positionS }: Intent): true {
  attempt(connection[type](positionS))
  return true
}
