import * as z from 'zod'
import { DisplayName, UserId } from '../ids'

const Email = z
  .string()
  .max(254)
  .transform((typed) => typed.trim().toLowerCase())
  .pipe(z.email())
  .meta({ description: 'Compared lower-cased.', example: 'ana@example.org' })

/** A password that is being set. */
const NewPassword = z.string().min(8).max(128)
/** A password that is being tried: any string, so that a rule changed later locks nobody out. */
const GivenPassword = z.string().max(128)

export const LoginBody = z.strictObject({ email: z.string().max(254), password: GivenPassword }).meta({ id: 'Login' })
export const GuestBody = z.strictObject({ display_name: DisplayName }).meta({ id: 'Guest' })
export const RegisterBody = z.strictObject({ email: Email, password: NewPassword, display_name: DisplayName }).meta({ id: 'Register' })
export const RefreshBody = z.strictObject({ refresh_token: z.string().min(1).max(128) }).meta({ id: 'Refresh' })
export const UpdateMeBody = z
  .strictObject({
    display_name: DisplayName.optional(),
    password: NewPassword.optional(),
    current_password: GivenPassword.optional(),
  })
  .refine((body) => (body.password === undefined) === (body.current_password === undefined), {
    path: ['current_password'],
    message: 'a new password needs the current one, and only a new password does',
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), { message: 'nothing to change' })
  .meta({ id: 'UpdateMe' })
export const UpgradeBody = z.strictObject({ email: Email, password: NewPassword }).meta({ id: 'Upgrade' })

export const User = z
  .object({ id: UserId, email: z.string().nullable(), display_name: z.string(), is_guest: z.boolean(), is_staff: z.boolean() })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

export const Session = z
  .object({
    user: User,
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds until the access token expires.' }),
    refresh_token: z.string(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

export const Jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'Jwks' })
