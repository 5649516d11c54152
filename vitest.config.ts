import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (room: string) => fileURLToPath(new URL(`./packages/${room}/src/index.ts`, import.meta.url))

// Tests run against the sources, so that a stale build can never make them pass.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^telegram-mt$/, replacement: source('client') },
      { find: /^@telegram-mt\/(tl|crypto|mtproto|net|box|cli)$/, replacement: source('$1') },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'interop/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['tests/postgres/setup.ts'],
    testTimeout: 20_000,
  },
})
