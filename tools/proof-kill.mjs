// Bundles the proof by kill -9 from the sources and runs it: see tests/kill/proof.ts.
import { rmSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { bundle } from '../tests/kill/bundle.mjs'

const program = await bundle(['box-process', 'sender', 'receiver', 'proof-cli'])
const dir = dirname(program('proof-cli'))
process.env.PROOF_PROGRAMS = dir + sep
process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
await import(program('proof-cli'))
