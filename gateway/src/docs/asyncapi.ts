import { bearerPrefix, maxFrameBytes, RoomCode, SocketQuery, subprotocol } from '@matinee/contracts'
import * as z from 'zod'
import { closings } from './closing'
import { clientFrames, type Frame, serverFrames } from './frames'
import type { JsonSchema } from './json-schema'

export interface AsyncApiMessage {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly contentType: 'application/json'
  readonly payload: JsonSchema
  readonly tags: readonly { readonly name: string }[]
}

/** The parts of the document that our own page reads. */
export interface AsyncApi {
  readonly asyncapi: string
  readonly channels: { readonly room: { readonly address: string; readonly description: string } & Readonly<Record<string, unknown>> }
  readonly operations: Readonly<Record<string, unknown>>
  readonly components: {
    readonly messages: Readonly<Record<string, AsyncApiMessage>>
    readonly schemas: Readonly<Record<string, JsonSchema>>
  }
  readonly [section: string]: unknown
}

/** The socket as an AsyncAPI 3 document, generated from the schemas that validate its frames. The application it speaks of is the server. */
export function createAsyncApi({ version }: { version: string }): AsyncApi {
  const sent = schemasOf(serverFrames, 'output')
  const received = schemasOf(clientFrames, 'input')
  const messages = Object.fromEntries([...clientFrames, ...serverFrames].map((frame) => [keyOf(frame), messageOf(frame)]))
  const payloads = { ...received.payloads, ...sent.payloads }
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Matinee, live',
      version,
      license: { name: 'MIT' },
      description: `The socket of a room. Text frames of JSON, at most ${maxFrameBytes} bytes each. Ignore fields and types you do not know.`,
    },
    defaultContentType: 'application/json',
    servers: { here: { host: 'localhost:8080', protocol: 'ws', description: 'Your own Matinee.' } },
    channels: {
      room: {
        address: '/ws/room/{room_code}/',
        title: 'A room',
        description: channelDescription,
        parameters: { room_code: { description: z.toJSONSchema(RoomCode, { io: 'input' }).description ?? 'A room code.' } },
        messages: Object.fromEntries(Object.keys(messages).map((key) => [key, { $ref: `#/components/messages/${key}` }])),
        bindings: { ws: { method: 'GET', query: querySchema() } },
        'x-close-codes': closings,
      },
    },
    operations: {
      receiveFrames: operationOf('receive', 'What a client may send.', clientFrames),
      sendFrames: operationOf('send', 'What the server sends.', serverFrames),
    },
    components: {
      messages: Object.fromEntries(
        Object.entries(messages).map(([key, message]) => [key, { ...message, payload: { $ref: `#/components/schemas/${key}` } }]),
      ),
      schemas: { ...received.shared, ...sent.shared, ...payloads },
    },
  }
}

const channelDescription = [
  `Offer the subprotocols \`${subprotocol}\` and \`${bearerPrefix}<access token>\`; or give the token as \`?token=\` where subprotocols cannot be set.`,
  'Come back after a break with `?since=<epoch>.<seq>`, and miss nothing. A refusal is an `ERROR` frame, then one of these close codes:',
  '',
  ...closings.map(({ code, meaning, comeBack }) => `- ${code}: ${meaning} Come back? ${comeBack}`),
].join('\n')

const keyOf = ({ from, type }: Frame) => `${from}.${type}`

const messageOf = (frame: Frame) => ({
  name: frame.type,
  title: frame.type,
  summary: frame.summary,
  contentType: 'application/json' as const,
  tags: [{ name: frame.from === 'client' ? 'command' : frame.logged ? 'log event' : 'frame' }],
})

const operationOf = (action: 'send' | 'receive', summary: string, frames: readonly Frame[]) => ({
  action,
  summary,
  channel: { $ref: '#/channels/room' },
  messages: frames.map((frame) => ({ $ref: `#/channels/room/messages/${keyOf(frame)}` })),
})

/** The frames' payloads, and the schemas they share, which refer to each other by where the document keeps them. */
function schemasOf(frames: readonly Frame[], io: 'input' | 'output') {
  const together = z.object(Object.fromEntries(frames.map((frame) => [keyOf(frame), frame.payload])))
  const schema = JSON.stringify(z.toJSONSchema(together, { io, target: 'draft-7' }))
  const moved: { definitions?: Record<string, JsonSchema>; properties: Record<string, JsonSchema> } = JSON.parse(
    schema.replaceAll('"#/definitions/', '"#/components/schemas/'),
  )
  return { payloads: moved.properties, shared: moved.definitions ?? {} }
}

/** Without the dialect, which AsyncAPI fixes itself. */
function querySchema() {
  const { $schema: _, ...schema } = z.toJSONSchema(SocketQuery, { io: 'input', target: 'draft-7' })
  return schema
}
