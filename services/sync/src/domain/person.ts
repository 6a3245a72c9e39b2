import type { Member, Person } from '@matinee/contracts'

/** A member as those are named who wait, or are waited for: without a role. */
export const personOf = ({ id, display_name, is_guest }: Member): Person => ({ id, display_name, is_guest })
