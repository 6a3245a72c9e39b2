import type { ParticipantRow, RoomRow } from '@matinee/contracts'
import type { NewEvent } from '../domain/new-event'

/** The texts that a room log stores and sends. Both adapters take them from here, so that equal things are equal texts. */

/** A member as events carry it. */
export function memberText(row: ParticipantRow): string {
  return JSON.stringify({ id: row.user_id, display_name: row.display_name, is_guest: row.is_guest, role: row.role })
}

/** Who acts as host, as a member. */
export function hostText({ host }: RoomRow): string {
  return JSON.stringify({ id: host.id, display_name: host.display_name, is_guest: host.is_guest, role: 'host' })
}

/** The command by which the medium was chosen in the live room, or nothing. */
export function choiceText({ media_by }: RoomRow): string {
  return media_by === null ? '' : `${media_by.user_id} ${media_by.command_id}`
}

/** What the room watches, or `null`. */
export function mediaText({ media }: RoomRow): string {
  return JSON.stringify(media === null ? null : { provider: media.provider, id: media.id, url: media.url })
}

/** A room as events carry it: without its version. */
export function roomText(row: RoomRow): string {
  const { room_id, room_code, name, is_private, entry_mode, host, owner_id, is_chat_enabled, is_active, created_at_ms } = row
  const { control, wait_for_ready, pause_for_stalled, successor_id, playback_policy } = row
  const person = { id: host.id, display_name: host.display_name, is_guest: host.is_guest }
  const media = row.media === null ? null : { provider: row.media.provider, id: row.media.id, url: row.media.url }
  return JSON.stringify({
    room_id,
    room_code,
    name,
    is_private,
    entry_mode,
    host: person,
    owner_id,
    media,
    is_chat_enabled,
    control,
    wait_for_ready,
    pause_for_stalled,
    successor_id,
    playback_policy,
    is_active,
    created_at_ms,
  })
}

/** A whole room row: the room as events carry it, and its version. */
export function roomRowText(row: RoomRow): string {
  return `${roomText(row).slice(0, -1)},"version":${row.version}}`
}

/** The end of a timeline that begins anew with `media`, without its opening brace. `member` is the JSON of whoever chose it, or `null`. */
export function newTimeline(media: string, stampMs: number, version: number, member = 'null'): string {
  return `"media":${media},"playing":false,"time":0,"at_ms":${stampMs},"rate":1,"version":${version},"user":${member}}`
}

/** What of an event depends on its stamp: its own instant, between what is before and after it. */
export function eventBody(event: NewEvent, stampMs: number): string {
  return `${event.before}${event.leadMs === undefined ? '' : stampMs + event.leadMs}${event.after}`
}

/** An event's frame. `body` follows the type and ends with the closing brace. */
export function eventText(seq: number, stampMs: number, type: string, body: string): string {
  return `{"seq":${seq},"sent_at_ms":${stampMs},"type":"${type}",${body}`
}
