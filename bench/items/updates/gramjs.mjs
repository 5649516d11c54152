import { openGramjs } from '../../clients/gramjs.mjs'
import { running } from '../../dist/items/updates/work.js'

export default (tools) => running(tools, (accounts) => openGramjs(tools, accounts))
