import type { User as PublicUser } from '@matinee/contracts'
import type { User } from './domain/user'

/** What users are told about themselves. */
export const publicUser = ({ id, email, displayName, isGuest, isStaff }: User): PublicUser => ({
  id,
  email,
  display_name: displayName,
  is_guest: isGuest,
  is_staff: isStaff,
})
