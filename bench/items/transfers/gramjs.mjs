import { openGramjs } from '../../clients/gramjs.mjs'
import { running } from '../../dist/items/transfers/work.js'

export default (tools) => running(tools, (accounts) => openGramjs(tools, accounts))
