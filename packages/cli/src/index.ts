/** The command-line client, as a library: what the program `telegram-mt` runs. */
export { type BoxAddress, readBoxAddress } from './box/box-address.ts'
export { type ExitCode, exitCodes } from './exit-codes.ts'
export { main } from './main.ts'
export { type RunOptions, run } from './run/run.ts'
export type { Streams } from './terminal/streams.ts'
