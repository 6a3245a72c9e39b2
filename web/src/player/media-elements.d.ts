import type { JSX } from 'preact'

type MediaAttributes = JSX.HTMLAttributes<HTMLElement> & {
  readonly slot?: string
  readonly notooltip?: boolean
  readonly notoggle?: boolean
  readonly disabled?: boolean
  readonly autohide?: string
  readonly showduration?: boolean
  readonly noautohide?: boolean
  readonly hotkeys?: string
}

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'media-controller': MediaAttributes
      'media-control-bar': MediaAttributes
      'media-play-button': MediaAttributes
      'media-time-range': MediaAttributes
      'media-time-display': MediaAttributes
      'media-mute-button': MediaAttributes
      'media-volume-range': MediaAttributes
      'media-captions-button': MediaAttributes
      'media-pip-button': MediaAttributes
      'media-fullscreen-button': MediaAttributes
      'media-loading-indicator': MediaAttributes
    }
  }
}
