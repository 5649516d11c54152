// How a peer program talks with the test: one JSON object per line. Requests `{ id, do, ...arguments }` come in on stdin,
// answers `{ id, ok }` or `{ id, error }` and events `{ event, ... }` go out on stdout. Logs belong on stderr.
import { createInterface } from 'node:readline'

const put = (object) =>
  process.stdout.write(`${JSON.stringify(object, (_, v) => (typeof v === 'bigint' ? String(v) : v))}\n`)

export const tell = (event, details) => put({ event, ...details })

/** Serves requests with these functions until stdin ends; each takes the request and returns what to answer. */
export async function serve(functions) {
  // The libraries log to stdout by habit; only answers may go there.
  console.log = console.info = console.warn = console.debug = (...words) => console.error(...words)
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    Promise.resolve()
      .then(() => {
        const serve = functions[request.do]
        if (serve === undefined) throw new Error(`this peer cannot ${request.do}`)
        return serve(request)
      })
      .then(
        (ok) => put({ id: request.id, ok: ok ?? null }),
        (error) =>
          put({
            id: request.id,
            error: String(error?.errorMessage ?? error?.text ?? error?.message ?? error),
          }),
      )
  }
  process.exit(0)
}
