import { page } from './html'

/** What stands at the page's place in a checkout in which it has not been built. */
export const unbuiltPage = (): string =>
  page({
    title: 'Matinee',
    body: `<h1>Matinee</h1>
<p>It is running, but the page to watch on has not been built. <code>npm start</code> and the image do that by themselves; here, <code>bun run build:page</code> does, before the gateway starts.</p>
<p><a href="/api/docs">Read the API</a>, or take it to a tool: <a href="/api/openapi.json">OpenAPI</a>, <a href="/api/asyncapi.json">AsyncAPI</a>.</p>`,
  })
