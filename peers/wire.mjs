// How a peer program talks with the test: one JSON object per line. Requests `{ call, do, details }` come in on stdin,
// answers `{ call, ok }` or `{ call, error }` and events `{ event, details }` go out on stdout. Logs belong on stderr.
import { createInterface } from 'node:readline'

const put = (object) =>
  process.stdout.write(`${JSON.stringify(object, (_, v) => (typeof v === 'bigint' ? String(v) : v))}\n`)

export const tell = (event, details) => put({ event, details })

/** Serves requests with these functions until stdin ends; each takes the details and returns what to answer. */
export async function serve(functions) {
  // The libraries log to stdout by habit; only answers may go there.
  console.log = console.info = console.warn = console.debug = (...words) => console.error(...words)
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, do: what, details } = JSON.parse(line)
    Promise.resolve()
      .then(() => {
        if (functions[what] === undefined) throw new Error(`this peer cannot ${what}`)
        return functions[what](details)
      })
      .then(
        (ok) => put({ call, ok: ok ?? null }),
        (error) => put({ call, error: describe(error) }),
      )
  }
  process.exit(0)
}

function describe(error) {
  if (process.env.PEER_STACKS) console.error(error)
  return String(error?.errorMessage ?? error?.text ?? error?.message ?? error)
}
