/** Where things are. Compiled code runs from `bench/dist`. */
const bench = new URL('../../', import.meta.url)

export const places = {
  root: new URL('../', bench),
  bench,
  document: new URL('../docs/benchmarks.md', bench),
  contestant: new URL('dist/contestant/main.js', bench),
  box: new URL('dist/box/main.js', bench),
  scaleClient: new URL('dist/scale/client.js', bench),
  results: new URL('results/', bench),
  notes: new URL('notes.md', bench),
  /** Ours are compiled, those for the peers are run as they are. */
  program: (item: string, program: string): URL =>
    new URL(`${program.endsWith('.mjs') ? '' : 'dist/'}items/${item}/${program}`, bench),
}
