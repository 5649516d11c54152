import { expect, test } from 'vitest'
import { startBox } from './box.ts'
import { BoxOptionError } from './box-options.ts'

const good = '// LAYER 100\nboolTrue#997275b5 = Bool;\n'

test.each([
  ['an RSA key that is none', { rsaKey: 'hello' }, { option: 'rsaKey', index: undefined }],
  ['a schema that is none', { schemas: [good, 'what is this'] }, { option: 'schemas', index: 1 }],
  ['a schema of no layer', { schemas: ['boolTrue#997275b5 = Bool;'] }, { option: 'schemas', index: 0 }],
])('%s is told from the other options', async (_, options, where) => {
  const error: unknown = await startBox(options).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(BoxOptionError)
  expect(error).toMatchObject({ code: 'BOX_OPTION_INVALID', ...where })
})
