// The rooms of the house, lowest first. A room may import only from rooms below it; nothing imports in a circle.
const below = {
  tl: [],
  crypto: [],
  mtproto: ['tl', 'crypto'],
  net: ['tl', 'crypto', 'mtproto'],
  client: ['tl', 'crypto', 'mtproto', 'net'],
  box: ['tl', 'crypto', 'mtproto', 'net'],
  cli: ['client', 'box'],
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(below).map(([room, allowed]) => ({
      name: `room-${room}`,
      comment: `${room} may import only ${allowed.join(', ') || 'no other room'}`,
      severity: 'error',
      from: { path: `^packages/${room}/src`, pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/', pathNot: `^packages/(${[room, ...allowed].join('|')})/` },
    })),
    {
      name: 'room-examples',
      comment: 'examples show what can be done with the package that people install, and nothing else',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^packages/', pathNot: '^packages/client/' },
    },
    {
      name: 'platform-in-its-files',
      comment:
        'the core, the TL codec and the gap engine run anywhere: node:* only in *.node.ts files and in tools',
      severity: 'error',
      from: {
        path: '^packages/(tl|crypto|mtproto)/src',
        pathNot: '(\\.test\\.ts|\\.node\\.ts|generate-cli\\.ts|/generator/|\\.testing\\.ts)$',
      },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/node_modules/|/generated/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
    },
  },
}
