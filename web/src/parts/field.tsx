import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly name: string
  readonly type?: 'text' | 'email' | 'password' | 'url'
  readonly required?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly placeholder?: string
  readonly autoComplete?: string
  readonly defaultValue?: string
}

/** A labelled input; the hint is read with it. */
export function Field({ label, hint, ...rest }: FieldProps) {
  const id = useId()
  // Preact's types tell inputs apart by their `type`, which is only known here as one of a few.
  const input: object = rest
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} spellcheck={false} {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })} {...input} />
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly hint: string
}

/** One of a few, each with a word about it. */
export function Choices<Value extends string>({
  legend,
  name,
  choices,
  value,
  onChange,
}: {
  readonly legend: string
  readonly name: string
  readonly choices: readonly Choice<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class="choice">
          <input type="radio" name={name} value={choice.value} checked={choice.value === value} onChange={() => onChange(choice.value)} />
          <span>
            {choice.label}
            <small>{choice.hint}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

/** What went wrong, read out as soon as it is there. */
export function Problem({ text }: { readonly text: string | null }) {
  return (
    <p class="problem" role="alert">
      {text}
    </p>
  )
}

/** A switch with a word about it. */
export function Switch({
  label,
  hint,
  checked,
  disabled = false,
  onChange,
}: {
  readonly label: string
  readonly hint: string
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onChange: (checked: boolean) => void
}) {
  return (
    <label class="switch">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>
        {label}
        <small>{hint}</small>
      </span>
    </label>
  )
}
