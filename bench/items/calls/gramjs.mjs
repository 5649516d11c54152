import { openGramjs } from '../../clients/gramjs.mjs'
import { running } from '../../dist/items/calls/work.js'

export default (tools) => running(tools, (accounts) => openGramjs(tools, accounts))
