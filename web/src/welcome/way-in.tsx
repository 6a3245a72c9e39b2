import type { TargetedSubmitEvent } from 'preact'
import { useState } from 'preact/hooks'
import { matinee } from '../matinee'
import { Field, Problem } from '../parts/field'
import { useAction } from '../parts/hooks'
import { Tabs } from '../parts/tabs'

type Way = 'guest' | 'login' | 'register'
const ways = [
  { id: 'guest', label: 'Guest' },
  { id: 'login', label: 'Sign in' },
  { id: 'register', label: 'New account' },
] as const satisfies readonly { id: Way; label: string }[]

/** Becoming somebody: a guest with a name, somebody who has been here before, or a new account. */
export function WayIn() {
  const [way, setWay] = useState<Way>('guest')
  const entry = useAction(async (form: FormData) => {
    const [name, email, password] = ['name', 'email', 'password'].map((field) => String(form.get(field) ?? '').trim())
    if (way === 'guest') return matinee.auth.guest({ display_name: name ?? '' })
    // Spaces around a password are part of it.
    const credentials = { email: email ?? '', password: String(form.get('password') ?? password) }
    return way === 'login' ? matinee.auth.login(credentials) : matinee.auth.register({ ...credentials, display_name: name ?? '' })
  })
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void entry.run(new FormData(event.currentTarget))
  }
  return (
    <section class="card way-in" aria-label="Come in">
      <Tabs label="How to come in" tabs={ways} chosen={way} onChoose={setWay} panelId="way-in" />
      <div id="way-in" role="tabpanel" aria-labelledby={`tab-${way}`}>
        <form onSubmit={submit}>
          {way !== 'login' && (
            <Field
              label="Your name"
              name="name"
              autoComplete="nickname"
              required
              maxLength={50}
              hint="As the others will see you."
              placeholder="Ana"
            />
          )}
          {way !== 'guest' && <Field label="E-mail" name="email" type="email" autoComplete="email" required maxLength={254} />}
          {way !== 'guest' && (
            <Field
              label="Password"
              name="password"
              type="password"
              autoComplete={way === 'login' ? 'current-password' : 'new-password'}
              required
              {...(way === 'register' ? { minLength: 8, hint: 'At least 8 characters.' } : {})}
              maxLength={128}
            />
          )}
          <Problem text={entry.problem} />
          <button type="submit" class="button primary wide" disabled={entry.busy}>
            {way === 'guest' ? 'Come in' : way === 'login' ? 'Sign in' : 'Make an account'}
          </button>
        </form>
      </div>
    </section>
  )
}
