import { openMtcute } from '../../clients/mtcute.mjs'
import { running } from '../../dist/items/warm/work.js'

export default (tools) => running(tools, (accounts) => openMtcute(tools, accounts))
