import type { Command } from '../run/command.ts'

export const box: Command = {
  name: 'box',
  summary: 'run Telegram in a box: five datacenters on ports of this machine, until Ctrl-C',
  details:
    'With --json the first line is {"dcs":[{"id","host","port"},…],"publicKey","fingerprint"}; save it to a file and give ' +
    'that to --box-at. Every later line is {"loginCode":{"phone","code"}}, or with --verbose {"call":{…}} as well. ' +
    'Ctrl-C, SIGTERM and SIGHUP end it: connections are closed, --data is saved, the exit code is 0; a second one ends it at once.',
  examples: [
    ['box --json > box.json & telegram-mt --box-at box.json', 'a box, and a prompt that uses it'],
    ['box --data ./box --control 4400', 'a box that lasts, with its control port'],
  ],
  options: [
    { flags: '--host <address>', describe: 'where to listen; 127.0.0.1 if left out' },
    { flags: '--port <number>', describe: 'DC n listens on port + n − 1; 0, or left out, picks free ports' },
    {
      flags: '--rsa-key <file>',
      describe: 'RSA private key of 2048 bits in PEM (PKCS#1 or PKCS#8); made if left out',
    },
    {
      flags: '--schema <file...>',
      describe: 'TL schema of one more layer that clients may speak; may be repeated',
    },
    {
      flags: '--data <directory>',
      describe: 'keep the box there over restarts; what is there counts for more than --world',
    },
    {
      flags: '--control <port>',
      describe: 'HTTP and JSON to control the box by, on 127.0.0.1; 0 picks a free port',
    },
    {
      flags: '--mtproxy [secret]',
      describe: 'open an MTProxy as well, with this secret (hex; dd… and ee… too) or a new one',
    },
    { flags: '--advertise <address>', describe: 'the address that clients are told, if it is not --host' },
    { flags: '--fault-seed <number>', describe: 'for faults by chance; 1 if left out' },
    {
      flags: '--shared-keys',
      describe: 'let one auth key be used in several places; without it that is AUTH_KEY_DUPLICATED',
    },
    {
      flags: '--cdn',
      describe:
        'a content delivery network as well: datacenter 203, which clients that can are sent to for files',
    },
    { flags: '--verbose', describe: 'show every call' },
  ],
  only: 'shell',
  endless: true,
  endsOnSignal: true,
  async run(context, given) {
    // Only who runs a box has to wait for it to be loaded.
    const { runBox } = await import('../box/run-box.ts')
    return await runBox(context, given)
  },
}
