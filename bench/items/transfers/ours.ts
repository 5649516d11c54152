import { openOurs } from '../../clients/ours.ts'
import type { Program } from '../../contestant/program.ts'
import { running } from './work.ts'

const program: Program = (tools) => running(tools, (accounts) => openOurs(tools, accounts))

export default program
