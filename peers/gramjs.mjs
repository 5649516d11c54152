import { run } from './gramjs-family.mjs'

await run('telegram')
