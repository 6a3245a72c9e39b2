import * as z from 'zod'

export const UserId = z.uuid().meta({ description: 'A user, guest or account.' })
export const RoomId = z.uuid()
export const SessionId = z.uuid()

/** Crockford base32: no I, L, O or U, so that a code read aloud is typed right. */
export const roomCodeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const roomCodeLength = 8

/** Reads a room code as a person types it: in any case, with I and L for 1 and O for 0, as Crockford decodes them. */
export const RoomCode = z
  .string()
  .max(64)
  .transform((typed) => typed.trim().toUpperCase().replaceAll(/[IL]/g, '1').replaceAll('O', '0'))
  .pipe(z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/, 'must be a room code: 8 letters and digits'))
  .meta({ description: 'A room code: 8 Crockford base32 characters, read case-insensitively.', example: '7GQ4KX2M' })

// Control, zero-width, bidirectional and invisible characters let one name look like another. U+FE0F only colours an emoji.
const hidden = /(?!\uFE0F)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u

/** A name shown to others: trimmed, NFC, 1–50 characters, without control, zero-width or bidirectional characters. */
export const DisplayName = z
  .string()
  .max(400)
  .transform((typed) => typed.trim().normalize('NFC'))
  .pipe(
    z
      .string()
      .refine((name) => [...name].length >= 1, 'must not be empty')
      .refine((name) => [...name].length <= 50, 'must be at most 50 characters')
      .refine((name) => !hidden.test(name), 'must not contain control, zero-width or bidirectional characters'),
  )
  .meta({ description: '1–50 characters after trimming.', example: 'Ana' })

/** Unix milliseconds. Which clock, the field's owner says. */
export const InstantMs = z.int().min(0)

/** A media position or length, in seconds: 0 to ten days. */
export const MediaS = z.number().min(0).max(864_000)
