import type * as contracts from '@matinee/contracts'
import type * as z from 'zod'

/**
 * The wire's types, named once. Only this file knows the schemas, and only as types: no schema ends up in a browser. The build
 * writes this file's declarations out in full, so that the published package depends on nothing.
 */

export type User = contracts.User
export type Session = contracts.Session
export type RegisterBody = z.input<typeof contracts.RegisterBody>
export type LoginBody = z.input<typeof contracts.LoginBody>
export type GuestBody = z.input<typeof contracts.GuestBody>
export type UpdateMeBody = z.input<typeof contracts.UpdateMeBody>
export type UpgradeBody = z.input<typeof contracts.UpgradeBody>

export type Person = contracts.Person
export type Member = contracts.Member
export type Role = contracts.Role
export type Media = contracts.Media
export type Room = contracts.Room
export type CreateRoomBody = z.input<typeof contracts.CreateRoomBody>
export type CreatedRoom = z.output<typeof contracts.CreatedRoom>
export type UpdateRoomBody = z.input<typeof contracts.UpdateRoomBody>
export type Joined = contracts.Joined
export type RoomList = contracts.RoomList
export type ListRoomsQuery = Partial<z.output<typeof contracts.ListRoomsQuery>>
export type ParticipantList = contracts.ParticipantList
export type Problem = contracts.Problem
export type RefusalCode = contracts.RefusalCode

export type Playback = contracts.Playback
export type Policy = contracts.Policy
export type LogEvent = contracts.LogEvent | RateEvent | RoleEvent
export type ChatLine = Extract<LogEvent, { type: 'CHAT_MESSAGE' }>
export type ServerFrame = contracts.ServerFrame | LogEvent | Waiting | Skew
export type RoomState = z.output<typeof contracts.RoomState>
export type ClientFrame = z.input<typeof contracts.ClientFrame> | RateCommand | MediaCommand | Report | Ready

/** Thresholds of synchronised playback, the same for all clients of a room. */
export interface PlaybackPolicy {
  readonly report_interval_ms: number
  readonly correct_from_ms: number
  readonly correct_until_ms: number
  readonly max_rate_change: number
  readonly seek_beyond_ms: number
  readonly ready_timeout_ms: number
}

export type RateEvent = Omit<Extract<contracts.LogEvent, { type: 'PLAY' }>, 'type'> & { type: 'RATE' }
export interface RoleEvent {
  readonly type: 'HOST_CHANGED' | 'ROLE_CHANGED'
  readonly seq: number
  readonly sent_at_ms: number
  readonly user: Member
  readonly role: Role
}

export interface RateCommand {
  readonly type: 'RATE'
  readonly rate: number
  readonly id?: string | undefined
  readonly expect_version?: number | undefined
}
export interface MediaCommand {
  readonly type: 'MEDIA'
  readonly video_url: string
  readonly id?: string | undefined
  readonly expect_version?: number | undefined
}

/** How one's player stands, about once a second: `position` holds at `at_ms`. */
export interface Report {
  readonly type: 'REPORT'
  readonly position: number
  readonly playing: boolean
  readonly rate: number
  readonly at_ms: number
  readonly error_ms: number
  readonly delay_ms?: number | undefined
  readonly start_cost_ms?: number | undefined
  readonly stalled?: boolean | undefined
}
/** The player could start where the timeline's `version` wants it. */
export interface Ready {
  readonly type: 'READY'
  readonly version: number
}

export interface Waiting {
  readonly type: 'WAITING'
  readonly version: number
  readonly users: readonly Person[]
  readonly deadline_at_ms: number
}
export interface Skew {
  readonly type: 'SKEW'
  readonly members: readonly { readonly user_id: string; readonly drift_ms: number; readonly error_ms: number }[]
  readonly skew_ms: number
}
