import * as contracts from '@matinee/contracts'
import * as z from 'zod'
import { type JsonSchema, typeText } from './type-text'

const input = (schema: z.ZodType) => ({ schema, io: 'input' }) as const
const output = (schema: z.ZodType) => ({ schema, io: 'output' }) as const

/** The types of src/contract-types.ts that a schema gives. */
const given = {
  User: output(contracts.User),
  Session: output(contracts.Session),
  RegisterBody: input(contracts.RegisterBody),
  LoginBody: input(contracts.LoginBody),
  GuestBody: input(contracts.GuestBody),
  UpdateMeBody: input(contracts.UpdateMeBody),
  UpgradeBody: input(contracts.UpgradeBody),
  Person: output(contracts.Person),
  Member: output(contracts.Member),
  Role: output(contracts.Role),
  Media: output(contracts.Media),
  Room: output(contracts.Room),
  CreateRoomBody: input(contracts.CreateRoomBody),
  CreatedRoom: output(contracts.CreatedRoom),
  UpdateRoomBody: input(contracts.UpdateRoomBody),
  SetRoleBody: input(contracts.SetRoleBody),
  Joined: output(contracts.Joined),
  RoomList: output(contracts.RoomList),
  ParticipantList: output(contracts.ParticipantList),
  Problem: output(contracts.Problem),
  Playback: output(contracts.Playback),
  Policy: output(contracts.Policy),
  PlaybackPolicy: output(contracts.PlaybackPolicy),
  LogEvent: output(contracts.LogEvent),
  ServerFrame: output(contracts.ServerFrame),
  RoomState: output(contracts.RoomState),
  ClientFrame: input(contracts.ClientFrame),
} as const

/** Those that follow from them. */
const derived = {
  ListRoomsQuery: '{ query?: string | undefined; cursor?: string | undefined; limit?: number }',
  RefusalCode: "Problem['code']",
  ChatLine: "Extract<LogEvent, { type: 'CHAT_MESSAGE' }>",
}

export const contractTypeNames: readonly string[] = [...Object.keys(given), ...Object.keys(derived)].sort()

/** The declarations of src/contract-types.ts, written out: nothing of the contracts or of zod is needed to read them. */
export function contractTypesText(): string {
  const nameOf = (definition: string) => (definition in given ? definition : undefined)
  const lines = Object.entries(given).map(([name, { schema, io }]) => {
    // What zod writes is JSON Schema; the parts that matter here are in the type.
    const json = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as JsonSchema
    const { $ref, ...own } = json
    // A schema with an id may be written as a reference to itself.
    const self = $ref === `#/$defs/${name}` ? { ...(json.$defs?.[name] ?? own), ...(json.$defs ? { $defs: json.$defs } : {}) } : json
    return `export type ${name} = ${typeText(self, (definition) => (definition === name ? undefined : nameOf(definition)))}`
  })
  const rest = Object.entries(derived).map(([name, text]) => `export type ${name} = ${text}`)
  return `${[...lines, ...rest].join('\n')}\n`
}
