/** Joins the program to its process: words, streams, signals, exit code. */
import { Interrupted } from './errors.ts'
import { exitCodes } from './exit-codes.ts'
import { run } from './run/run.ts'

export async function main(): Promise<void> {
  const { stdin, stdout, stderr, env, argv } = process
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const interrupted = new Interrupted(signal)
      // Whoever asks twice does not want to wait for a clean end.
      if (ending.signal.aborted) process.exit(interrupted.exit)
      ending.abort(interrupted)
    })
  }
  for (const stream of [stdout, stderr]) {
    // Whoever read our output (`head`, say) has seen enough.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exitCodes.ok)
      throw error
    })
  }
  process.exitCode = await run({
    words: argv.slice(2),
    streams: {
      input: stdin,
      output: stdout,
      errors: stderr,
      interactive: stdin.isTTY === true && stderr.isTTY === true,
    },
    env,
    signal: ending.signal,
  })
  // A terminal that was asked something would keep the process.
  stdin.destroy()
}
