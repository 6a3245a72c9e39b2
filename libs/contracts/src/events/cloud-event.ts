import * as z from 'zod'

/** The envelope of every fact: CloudEvents 1.0, JSON format. `id` is the de-duplication key. */
export const cloudEvent = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.literal(type),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data,
  })

/** What a bus carries: an envelope whose `data` the consumer parses with the schema of its `type`. */
export const AnyCloudEvent = cloudEvent('', z.unknown()).extend({ type: z.string().min(1) })
export type AnyCloudEvent = z.infer<typeof AnyCloudEvent>
