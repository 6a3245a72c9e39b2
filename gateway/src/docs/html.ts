/** Text as it may stand in HTML, between tags and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')

/** Escaped text in which `code` is marked up. */
export const prose = (text: string): string => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

/** What an element may be linked to by. */
export const anchorOf = (name: string): string => name.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')

/** A whole page of ours: styled, without a script, light or dark as the reader's system is. */
export const page = ({ title, body }: { title: string; body: string }): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1d1b22, #eceaf2); --soft: light-dark(#5d5968, #a9a5b6); --paper: light-dark(#fdfcfb, #16141b);
  --line: light-dark(#e2dfe8, #34303f); --tint: light-dark(#f4f2f7, #211e29); --accent: light-dark(#8a2f5e, #f08dbb) }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 6rem; max-width: 62rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
h1 { font-size: 2rem; margin: 0 0 .25rem } h2 { margin: 3rem 0 1rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.05rem } h4 { margin: 1rem 0 .3rem; font-size: .85rem; color: var(--soft); font-weight: 600 }
a { color: var(--accent) } a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
code, pre { font: .875em/1.5 ui-monospace, monospace } code { background: var(--tint); padding: .1em .3em; border-radius: .25rem; overflow-wrap: anywhere }
pre { background: var(--tint); padding: 1rem; border-radius: .5rem; overflow-x: auto } pre code { padding: 0; overflow-wrap: normal }
nav ul { columns: 18rem; list-style: none; padding: 0; margin: 0 } nav li { padding: .1rem 0; overflow-wrap: anywhere }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: 0 1rem } details[open] { padding-bottom: 1rem }
summary { cursor: pointer; padding: .6rem 0; overflow-wrap: anywhere } summary .says { color: var(--soft); margin-left: .5rem }
.method { display: inline-block; min-width: 4rem; font-weight: 700; color: var(--accent) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line) } th { color: var(--soft); font-weight: 600 }
.soft { color: var(--soft) }
`

/** Allows the page's own style and nothing else. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${new Bun.CryptoHasher('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
