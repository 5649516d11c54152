/** The scripts, and what a real bash makes of its own. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { commands } from '../commands/all.ts'
import { telegramMt } from '../run/telegram-mt.testing.ts'
import { bashScript } from './bash.ts'
import { shellProgram } from './shell-words.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-'))
mkdirSync(join(folder, 'world folder'))
writeFileSync(join(folder, 'world file.json'), '{}')
afterAll(() => rmSync(folder, { recursive: true }))

/** What bash offers for these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const line = `
${bashScript(shellProgram(commands))}
COMP_WORDS=(telegram-mt ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_telegram_mt
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', line], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  return stdout.split('\n').filter((word) => word !== '')
}

const hasBash = spawnSync('bash', ['--version']).status === 0

test.runIf(hasBash)('bash completes commands, options, values, files and folders', () => {
  expect(offered('send')).toEqual(['send', 'sendfile'])
  expect(offered('')).toEqual(expect.arrayContaining(['signin', 'completion', 'help']))
  expect(offered('')).not.toContain('exit')
  expect(offered('send', '--re')).toEqual(['--reply-to'])
  expect(offered('send', '--js')).toEqual(['--json'])
  expect(offered('--session', 'ann', 'hist')).toEqual(['history'])
  expect(offered('--js')).toEqual(['--json'])
  expect(offered('sendfile', '--as', 'vi')).toEqual(['video'])
  expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  expect(offered('help', 'sessi')).toEqual(['sessions'])
  expect(offered('connect', '')).toEqual(['1', '2', '3', '4', '5'])
  expect(offered('debug', 'o')).toEqual(['on', 'off'])
  expect(offered('send', '@b')).toEqual([])
  expect(offered('sendfile', '@bob', 'wor').sort()).toEqual(['world file.json', 'world folder'])
  expect(offered('--world', 'wor').sort()).toEqual(['world file.json', 'world folder'])
  expect(offered('box', '--data', 'wor')).toEqual(['world folder'])
  expect(offered('box', '--world', 'wor').sort()).toEqual(['world file.json', 'world folder'])
  // An option's value is no command.
  expect(offered('--storage', 'send', 'cha')).toEqual(['chat', 'chats'])
})

test.each(['bash', 'zsh', 'fish'])('%s knows every command and option', async (shell) => {
  const { exit, out } = await telegramMt(['completion', shell])
  expect(exit).toBe(0)
  for (const { name, options } of shellProgram(commands).commands) {
    expect(out).toContain(name)
    for (const { long } of options) expect(out).toContain(shell === 'fish' ? `-l ${long.slice(2)}` : long)
  }
})

test('another shell', async () => {
  expect(await telegramMt(['completion', 'csh'])).toMatchObject({ exit: 2 })
})
