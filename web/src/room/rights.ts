import type { RoomView } from '@matinee/client'
import { isolated } from '../parts/isolated'

/** Whether one acts as host now, whoever the room belongs to. */
export const isHost = ({ you }: RoomView): boolean => you.role === 'host'

/** Whether one may play, pause, seek and choose the video. The server has the last word. */
export function mayControl({ you, room }: RoomView): boolean {
  if (you.role === 'host' || room.control === 'everyone') return true
  return room.control === 'moderators' && you.role === 'moderator'
}

/** Who drives, in words: "Ana controls the video", "Everybody controls the video". */
export function whoControls(view: RoomView): string {
  const { control, host } = view.room
  if (control === 'everyone') return 'Everybody controls the video'
  if (control === 'moderators') return `${isHost(view) ? 'You' : isolated(host.display_name)} and the moderators control the video`
  return isHost(view) ? 'You control the video' : `${isolated(host.display_name)} controls the video`
}
