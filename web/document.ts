export interface DocumentParts {
  /** Names of files in `assets/`. */
  readonly script: string
  readonly style: string
  readonly icon: string
  readonly preload: readonly string[]
}

/** The page's one document; scripts and styles are files of their own, so that a policy can forbid all others. */
export const documentOf = ({ script, style, icon, preload }: DocumentParts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf8f6">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131118">
<meta name="description" content="Watch together, to the same frame.">
<title>Matinee</title>
<link rel="icon" type="image/svg+xml" href="/assets/${icon}">
<link rel="stylesheet" href="/assets/${style}">
${preload.map((name) => `<link rel="modulepreload" href="/assets/${name}">`).join('\n')}
<script type="module" src="/assets/${script}"></script>
</head>
<body>
<div id="app"></div>
<noscript>Matinee keeps players together with JavaScript. Allow it for this page, and load it again.</noscript>
</body>
</html>
`
