import { openGramjs } from '../../clients/gramjs.mjs'
import { running } from '../../dist/items/online/work.js'

export default (tools) => running(tools, (accounts) => openGramjs(tools, accounts))
