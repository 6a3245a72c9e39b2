import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icon'
import { say } from './toasts'

const shownMs = 2_000

/** Copies the text, and says that it did. */
export function CopyButton({
  text,
  label,
  className = 'button',
}: {
  readonly text: string
  readonly label: string
  readonly className?: string
}) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), shownMs)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      say('Copied.')
    } catch {
      // Browsers allow it on https and on this machine only.
      say(`This browser does not let the page copy. Here it is: ${text}`)
    }
  }
  return (
    <button type="button" class={className} onClick={copy}>
      <Icon name={copied ? 'check' : 'link'} />
      <span>{label}</span>
    </button>
  )
}
