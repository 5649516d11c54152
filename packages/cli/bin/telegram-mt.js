#!/usr/bin/env node
// In plain JavaScript, so that npm finds the program before the first build.
import { existsSync } from 'node:fs'

const built = new URL('../dist/main.js', import.meta.url)
if (existsSync(built)) {
  const { main } = await import('../dist/main.js')
  await main()
} else {
  console.error(
    "telegram-mt: it is not built yet: run 'npm ci && npm run build' in the folder that it was cloned into",
  )
  process.exitCode = 1
}
