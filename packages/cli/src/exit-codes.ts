/** What the program's exit code means to the script that ran it. */

export const exitCodes = {
  ok: 0,
  /** Something went wrong that none of the others names. */
  failed: 1,
  /** The command line, a file that it names or a setting is wrong. */
  usage: 2,
  /** No account is signed in on the session, or it was logged out. */
  notSignedIn: 3,
  /** Telegram refused what was asked. */
  refused: 4,
  /** The storage is held by another process, damaged or not writable. */
  storage: 5,
  /** The datacenter could not be reached, or did not answer in time. */
  network: 6,
  /** Ctrl-C. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodeHelp = `Exit codes:
  0 done   1 failed   2 wrong command line or setting   3 not signed in
  4 refused by Telegram   5 storage (held by another process, damaged, key)
  6 network   130 Ctrl-C   143 SIGTERM`
