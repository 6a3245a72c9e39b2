/** The form in which e-mail addresses are stored and compared. */
export const normalEmail = (typed: string): string => typed.trim().toLowerCase()

/** The form in which a password is hashed: keyboards differ in how they compose an accented letter. */
export const normalPassword = (typed: string): string => typed.normalize('NFC')
