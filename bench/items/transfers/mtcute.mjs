import { openMtcute } from '../../clients/mtcute.mjs'
import { running } from '../../dist/items/transfers/work.js'

export default (tools) => running(tools, (accounts) => openMtcute(tools, accounts))
