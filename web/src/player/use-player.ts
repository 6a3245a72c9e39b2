import { type Follower, follow, type Intent, type Media, type RoomConnection } from '@matinee/client'
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { attempt } from '../parts/toasts'
import { keepGoing } from './keep-going'
import { createPlayer, isPlayable } from './players'

export interface UsePlayer {
  readonly media: Media | null
  readonly connection: RoomConnection
  readonly mayControl: () => boolean
}

/** Why there is no picture, in words, and how to try again where that may help. */
export interface PlayerProblem {
  readonly text: string
  readonly tryAgain?: () => void
}

/** A video that has told nothing of itself after this will hardly come. */
const patienceMs = 8_000

/** Puts a player for the room's medium into `controls`, and keeps it where the room is. */
export function usePlayer(controls: RefObject<HTMLElement | null>, { media, connection, mayControl }: UsePlayer) {
  const [follower, setFollower] = useState<Follower | null>(null)
  const [problem, setProblem] = useState<PlayerProblem | null>(null)
  const [tries, setTries] = useState(0)
  const source = media ? `${media.provider} ${media.id}` : null

  // Another medium, and another try, is another player; all else is read when it is needed.
  useEffect(() => {
    setProblem(null)
    if (!media) return
    if (!isPlayable(media)) return setProblem({ text: 'This kind of video cannot be kept together. Choose another.' })
    let end = () => {}
    let over = false
    createPlayer(media).then(
      (player) => {
        if (over) return
        const going = keepGoing(player, () => setProblem({ text: 'The video has broken off. This page goes on trying by itself.' }))
        const failed = () => {
          if (going.reload()) return
          const text = 'This video does not load here. Its address may be wrong, or this browser cannot play it.'
          setProblem({ text, tryAgain: () => setTries((count) => count + 1) })
        }
        // Not every player tells of its failure.
        const tooLong = setTimeout(() => player.readyState === 0 && failed(), patienceMs)
        const loaded = () => {
          clearTimeout(tooLong)
          setProblem(null)
        }
        player.addEventListener('error', failed)
        // One that went on with what it had says only the latter.
        for (const type of ['loadeddata', 'canplay']) player.addEventListener(type, loaded)
        controls.current?.prepend(player)
        const onIntent = (intent: Intent) => mayControl() && tell(connection, intent)
        const follower = follow(connection, player, { media, onIntent })
        setFollower(follower)
        end = () => {
          clearTimeout(tooLong)
          going.stop()
          follower.stop()
          player.removeEventListener('error', failed)
          player.remove()
          setFollower(null)
        }
      },
      () => setProblem({ text: 'The player for this video could not be loaded. Check your connection, and load the page again.' }),
    )
    return () => {
      over = true
      end()
    }
  }, [source, connection, tries])

  return { follower, problem }
}

/** What was done with the player's own controls, such as a headset's button, is done for the room. */
function tell(connection: RoomConnection, { type, positionS }: Intent): true {
  attempt(connection[type](positionS))
  return true
}
