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
export type SetRoleBody = z.input<typeof contracts.SetRoleBody>
export type ParticipantList = contracts.ParticipantList
export type Problem = contracts.Problem
export type RefusalCode = contracts.RefusalCode

export type Playback = contracts.Playback
/** What all clients of a room agree on: the server's, with what the room has of its own. */
export type Policy = contracts.Policy
export type PlaybackPolicy = contracts.PlaybackPolicy
export type LogEvent = contracts.LogEvent
export type ChatLine = Extract<LogEvent, { type: 'CHAT_MESSAGE' }>
export type ServerFrame = contracts.ServerFrame
export type RoomState = z.output<typeof contracts.RoomState>
export type ClientFrame = z.input<typeof contracts.ClientFrame>
