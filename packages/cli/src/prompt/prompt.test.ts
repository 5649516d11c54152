import { createUser, setPassword, World } from '@telegram-mt/box'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Bench } from '../run/telegram-mt.testing.ts'
import { CTRL_C, Person } from './person.testing.ts'

const password = 'correct horse battery staple'

let bench: Bench
beforeAll(async () => {
  const world = new World()
  const bob = createUser(world, { phone: '9996640002', firstName: 'Bob', username: 'bob_box' })
  await setPassword(world, bob, password, 'a horse')
  createUser(world, { phone: '9996650003', firstName: 'Carol', username: 'carol_box' })
  bench = await Bench.open({ world })
})
afterAll(() => bench?.close())

const people: Person[] = []
function sitDown(...words: string[]): Person {
  const person = new Person(words.length > 0 ? words : ['--box-at', bench.boxFile], bench.env)
  people.push(person)
  return person
}
afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.end()))
})

test('two accounts at one prompt: sign-up, sign-in, talk, and what arrives meanwhile', async () => {
  const person = sitDown()
  const { screen } = person
  await screen.sees("'help' lists the commands")
  await person.enters('telegram-mt> ', 'signup +99966 2 0001', 'Login code:')
  await person.enters('Login code: ', '11111', 'This code is wrong.')
  await person.enters('Login code: ', '22222', 'First name:')
  await person.enters('First name: ', 'Ann', 'Signed up as +9996620001 on DC 2')
  await person.enters('+9996620001> ', 'signin 9996640002', 'Login code:')
  await person.enters('Login code: ', '44444', 'Password (hint: a horse):')
  await person.enters('Password (hint: a horse): ', 'wrong', 'This password is wrong.')
  await person.enters('Password (hint: a horse): ', password, 'Signed in as @bob_box on DC 4')
  expect(screen.raw).not.toMatch(/44444|22222|horse battery|wrong\r/)

  await person.enters('@bob_box> ', 'use +9996620001', /^\+9996620001>$/m)
  await person.enters('+9996620001> ', "send @bob_box it's  me", /\[@bob_box\] Ann: it's {2}me/)
  await screen.sees(/^Sent, message \d+\.$/m)
  // What was sent from here is not news.
  expect(screen.text).not.toContain('→')

  // Another account of the world writes while a line is being typed.
  expect(await bench.run(['signin', '9996650003', '--storage', 'memory'], '55555\n')).toMatchObject({
    exit: 0,
  })
  await screen.until(() => screen.beforeCursor === '+9996620001> ')
  person.types('send @bob_box half a')
  await screen.until(() => screen.beforeCursor === '+9996620001> send @bob_box half a')
  const carol = bench.box.world.phones.get('9996650003')!
  expect(carol.firstName).toBe('Carol')
  await sends('9996650003', '55555', '@bob_box', 'knock knock')
  await screen.sees(/\[@bob_box\] Carol: knock knock\n\+9996620001> send @bob_box half a$/)
  person.types(' line\r')
  await screen.sees(/\[@bob_box\] Ann: half a line/)

  await person.enters(
    '+9996620001> ',
    'send nobody_at_all hi',
    'Error: contacts.resolveUsername: 400 USERNAME_NOT_OCCUPIED',
  )
  await person.enters('+9996620001> ', 'nonsense', "Error: there is no command 'nonsense'")
  await person.enters('+9996620001> ', 'help send', 'Send a text to a user or a group.')
  await person.enters('+9996620001> ', 'sessions', /^\* .*\+9996620001 {2}DC 2 {2}online$/m)
  await person.enters('+9996620001> ', 'akgen', 'has its auth key for DC 2 already')
  await screen.until(() => screen.beforeCursor === '+9996620001> ')
  person.types('exit\r')
  expect(await person.ended).toBe(0)
})

let hosts = 0

/** Signs in to an account of the box in a host of its own, sends, and leaves. */
async function sends(phone: string, code: string, to: string, text: string): Promise<void> {
  const storage = ['--storage', `${bench.folder}/host-${++hosts}.db`]
  expect(await bench.run(['signin', phone, ...storage], `${code}\n`)).toMatchObject({ exit: 0 })
  expect(await bench.run(['send', to, text, ...storage])).toMatchObject({ exit: 0 })
}

test('a restart has the accounts again, online, and shows what was missed', async () => {
  await sends('9996650003', '55555', '@bob_box', 'while you were away')
  const person = sitDown()
  await person.screen.sees('2 sessions.')
  await person.screen.sees(/\[@bob_box\] Carol: while you were away/)
  await person.screen.until(() => person.screen.beforeCursor === '+9996620001> ')
})

test('Tab completes commands, options, sessions, chats and contacts', async () => {
  const person = sitDown()
  const { screen } = person
  const at = (text: string) => screen.until(() => screen.beforeCursor === `+9996620001> ${text}`)
  await at('')
  const clear = async () => {
    person.types(CTRL_C)
    await at('')
  }
  for (const [typed, completed] of [
    ['hi\t', 'history '],
    ['addc\t', 'addcontact '],
    ['send --si\t', 'send --silent '],
    ['use @b\t', 'use @bob_box '],
    ['send B\t', 'send Bob '],
    ['history b\t', 'history Bob '],
    ['send --session @bob_box A\t', 'send --session @bob_box Ann '],
    ['help sess\t', 'help sessions '],
  ] as const) {
    person.types(typed)
    await at(completed)
    await clear()
  }
  person.types('s')
  await at('s')
  person.types('\t')
  person.types('\t')
  await screen.sees(/send .*sessions/s)
})

test('Ctrl-C stops a question, then a command, then the prompt', async () => {
  const person = sitDown()
  const { screen } = person
  await person.enters('+9996620001> ', 'signin', 'Phone number')
  person.types(CTRL_C)
  await screen.sees('(stopped)')
  await person.enters('+9996620001> ', 'signin 9996650003', 'Login code:')
  await screen.until(() => screen.beforeCursor === 'Login code: ')
  person.types(CTRL_C)
  await screen.sees(/\(stopped\)[\s\S]*\(stopped\)/)
  await screen.until(() => screen.beforeCursor === '+9996620001> ')
  person.types(CTRL_C)
  expect(await person.ended).toBe(130)
})

test('a prompt of its own box shows its login codes', async () => {
  const person = sitDown('--box')
  await person.enters('telegram-mt> ', 'signup 9996610001', 'Box: the login code for +9996610001 is 11111')
  await person.enters('Login code: ', '11111', 'First name:')
  await person.enters('First name: ', 'Ann', 'Signed up')
  await person.enters('+9996610001> ', 'logout', 'Signed out of +9996610001.')
  await person.enters('telegram-mt> ', 'chats', 'Error: there is no session yet; use signin')
  await person.enters('telegram-mt> ', 'connect 3', 'connected to DC 3')
  await person.enters(/* its id is made up */ person.screen.beforeCursor, '', /\(not signed in\)>/)
})

test('out of a pipe the lines are run one after the other, up to the first that fails', async () => {
  const input = 'signup 9996610001\n11111\nAnn\nsend me to myself\nchats\nuse nobody\nexport\n'
  const { exit, out, errors } = await bench.run(['--storage', 'memory'], input)
  expect(out).toMatch(/Signed up as \+9996610001[\s\S]*Sent, message 1\.[\s\S]*Ann .*to myself\n$/)
  expect(errors).toBe("telegram-mt: there is no session 'nobody': 'sessions' lists them\n")
  expect(exit).toBe(2)
})
