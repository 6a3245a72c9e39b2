import * as z from 'zod'
import { refusalCodes } from '../refusals'

/** The body of every refused request: RFC 9457, with a stable `code`. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(refusalCodes),
    retryable: z.boolean(),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Which fields are wrong, and why (422).' }),
    request_id: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused.' })
export type Problem = z.infer<typeof Problem>
