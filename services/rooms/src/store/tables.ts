import type { RoomPlaybackPolicy } from '@matinee/contracts'
import type { Columns } from '@matinee/db'
import { defineOutboxTable } from '@matinee/outbox'
import type { MediumChoice } from '../domain/room'

/** The tables of this service, in either dialect. */
export const defineTables = (c: Columns) => {
  const rooms = c.table(
    'rooms',
    {
      id: c.text('id').primaryKey(),
      code: c.text('code').notNull(),
      name: c.text('name').notNull(),
      /** The name as searches compare it: the databases fold letters differently, so it is folded before it is stored. */
      nameFolded: c.text('name_folded').notNull(),
      hostId: c.text('host_id').notNull(),
      hostName: c.text('host_name').notNull(),
      hostIsGuest: c.flag('host_is_guest').notNull(),
      isPrivate: c.flag('is_private').notNull(),
      entryMode: c.oneOf('entry_mode', ['APPROVAL', 'PASSWORD']),
      passwordHash: c.text('password_hash'),
      videoProvider: c.text('video_provider'),
      videoId: c.text('video_id'),
      isChatEnabled: c.flag('is_chat_enabled').notNull(),
      isActive: c.flag('is_active').notNull(),
      /** Null in these columns is what a room has that was made before they were there. */
      ownerId: c.text('owner_id'),
      successorId: c.text('successor_id'),
      control: c.oneOf('control', ['host', 'moderators', 'everyone']),
      waitForReady: c.flag('wait_for_ready'),
      pauseForStalled: c.flag('pause_for_stalled'),
      playbackPolicy: c.json<RoomPlaybackPolicy>('playback_policy'),
      mediumBy: c.text('video_chosen_by'),
      mediumCommandId: c.text('video_command_id'),
      choices: c.json<readonly MediumChoice[]>('video_choices'),
      createdAtMs: c.instantMs('created_at_ms').notNull(),
      /** Raised by one with every change of the room or of a participant. */
      counter: c.count('counter').notNull(),
      /** The counter when this row last changed. */
      version: c.count('version').notNull(),
    },
    (t) => [
      c.uniqueIndex('rooms_code_idx').on(t.code),
      c.index('rooms_host_idx').on(t.hostId),
      c.index('rooms_owner_idx').on(t.ownerId),
      c.index('rooms_listed_idx').on(t.isPrivate, t.isActive, t.createdAtMs, t.id),
    ],
  )
  const participants = c.table(
    'participants',
    {
      roomId: c
        .text('room_id')
        .notNull()
        .references(() => rooms.id),
      userId: c.text('user_id').notNull(),
      displayName: c.text('display_name').notNull(),
      isGuest: c.flag('is_guest').notNull(),
      standing: c.oneOf('standing', ['PENDING', 'APPROVED', 'DENIED', 'LEFT', 'REMOVED']).notNull(),
      role: c.oneOf('role', ['host', 'moderator', 'member']).notNull(),
      /** Null in rows of before there were moderators. */
      isModerator: c.flag('is_moderator'),
      joinedAtMs: c.instantMs('joined_at_ms').notNull(),
      standingSinceMs: c.instantMs('standing_since_ms').notNull(),
      lastHeartbeatMs: c.instantMs('last_heartbeat_ms'),
      namedAtMs: c.instantMs('named_at_ms').notNull(),
      /** The room's counter when this row last changed. */
      version: c.count('version').notNull(),
    },
    (t) => [
      c.primaryKey({ columns: [t.roomId, t.userId] }),
      c.index('participants_standing_idx').on(t.roomId, t.standing, t.joinedAtMs),
      c.index('participants_user_idx').on(t.userId),
      c.index('participants_version_idx').on(t.roomId, t.version),
    ],
  )
  const guesses = c.table(
    'guesses',
    {
      /** Who tries: a person or an address. */
      key: c.text('key').primaryKey(),
      /** The key's theoretical arrival time, of the generic cell rate algorithm. */
      nextMs: c.instantMs('next_ms').notNull(),
    },
    (t) => [c.index('guesses_next_idx').on(t.nextMs)],
  )
  return { rooms, participants, guesses, outbox: defineOutboxTable(c) }
}
export type Tables = ReturnType<typeof defineTables>
