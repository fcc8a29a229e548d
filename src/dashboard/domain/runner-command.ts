import { quoteForShell } from '../platform/curl.ts'

/** Where a runner is to run, and so what the command for it is made of. */
export const runnerPlaces = ['shell', 'systemd', 'slurm'] as const
export type RunnerPlace = (typeof runnerPlaces)[number]

export type RunnerSetup = {
  /** The address of the service. */
  origin: string
  /** The name of the token that it uses, after which the file with it is named; `null`: none is needed. */
  tokenName: string | null
  /** What trains, as somebody would type it. */
  training: string
}

/** What trains where nobody has said anything else. */
export const exampleTraining = 'python train.py'

/**
 * The one command that connects a runner, for bash and zsh: it fetches the program, asks for the token and keeps it in a
 * file that only its owner reads, so that no history and no list of processes has it, and starts the runner in the folder
 * in which it is typed. A shell reads it to its end before it does any of that: what is typed next is the token.
 */
export function runnerCommand(place: RunnerPlace, setup: RunnerSetup): string {
  const begin = prepare(setup)
  switch (place) {
    case 'shell':
      return `${begin} &&\n${runnerLine(setup, 'node', wordsFor(setup.training))}`
    case 'systemd':
      return `${begin} &&\nmkdir -p ~/.config/systemd/user &&\ncat > ~/.config/systemd/user/stellwerk-runner.service <<EOF &&\n${unitOf(setup)}\nEOF\n${enable}`
    case 'slurm':
      return `${begin} &&\ncat > stellwerk-runner.sbatch <<'EOF' &&\n${batchOf(setup)}\nEOF\nsbatch stellwerk-runner.sbatch`
  }
}

const enable = [
  'systemctl --user daemon-reload &&',
  'systemctl --user enable --now stellwerk-runner &&',
  'loginctl enable-linger',
].join('\n')

function prepare({ origin, tokenName }: RunnerSetup): string {
  const fetched = `mkdir -p ~/.stellwerk && curl -fsS -o ~/.stellwerk/runner.mjs ${quoteForShell(`${origin}/runner.mjs`)}`
  if (tokenName === null) return fetched
  return [
    `(umask 077 && ${fetched} &&`,
    `  printf 'Token: ' && read -rs token && echo && printf '%s\\n' "$token" > ~/${tokenFile(tokenName)})`,
  ].join('\n')
}

/** The file with the token, in the home folder. */
const tokenFile = (tokenName: string): string => `.stellwerk/${tokenName.replaceAll(/[^\w.-]/g, '_')}.token`

function runnerLine({ origin, tokenName }: RunnerSetup, node: string, training: string, more = ''): string {
  const token = tokenName === null ? '' : ` --token-file ~/${tokenFile(tokenName)}`
  return `${node} ~/.stellwerk/runner.mjs --url ${quoteForShell(origin)}${token}${more} -- ${training}`
}

/** Words that mean the same to a shell, to systemd and to a program. */
const plain = /^[\w@:,./-]+( +[\w@=:,./-]+)*$/

/** A command of a shell as the words that the runner takes. */
const wordsFor = (training: string): string => (plain.test(training) ? training : `sh -c ${quoteForShell(training)}`)

/**
 * A job of Slurm with a runner for one training. It becomes the shell's own process, so that Slurm's SIGTERM reaches it in
 * time to save a checkpoint and give the job back; requeued, it has the same name and finds what it had.
 */
const batchOf = (setup: RunnerSetup): string =>
  [
    '#!/bin/bash',
    '#SBATCH --job-name=stellwerk-runner',
    '#SBATCH --gres=gpu:1',
    '#SBATCH --time=24:00:00',
    '#SBATCH --signal=B:TERM@120',
    '#SBATCH --requeue',
    `exec ${runnerLine(setup, 'node', wordsFor(setup.training), ' --name "slurm-$SLURM_JOB_ID" --once')}`,
  ].join('\n')

/**
 * A unit of the user, with the folder and the PATH of the shell in which the command is typed: a virtual environment and a
 * Node that a version manager has installed are found. The training process outlives a runner that has crashed.
 */
function unitOf({ origin, tokenName, training }: RunnerSetup): string {
  const token = tokenName === null ? '' : ` --token-file %h/${tokenFile(tokenName)}`
  const words = plain.test(training) ? training : `/bin/sh -c ${quoteForSystemd(training)}`
  return [
    '[Unit]',
    'Description=Stellwerk runner',
    '',
    '[Service]',
    'WorkingDirectory=$PWD',
    'Environment="PATH=$PATH"',
    // Nothing but what systemd replaces by itself is left to it; the shell replaces the rest.
    `ExecStart="$(command -v node)" %h/.stellwerk/runner.mjs --url ${origin}${token} -- ${forHeredoc(words)}`,
    'KillMode=process',
    'SuccessExitStatus=130 143',
    'Restart=always',
    'RestartSec=10',
    'RestartPreventExitStatus=64 65',
    '',
    '[Install]',
    'WantedBy=default.target',
  ].join('\n')
}

/** A text as one word of a unit's command line, in which % and $ stand for nothing. */
const quoteForSystemd = (text: string): string =>
  `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`

/** A text that a shell leaves as it is in a here-document whose variables it replaces. */
const forHeredoc = (text: string): string => text.replaceAll(/[\\$`]/g, '\\$&')
