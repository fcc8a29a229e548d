/** Exit codes of `npm run job`. The states of a watched job come first, so that scripts can use `watch … && deploy`. */
export const exitCodes = {
  done: 0,
  failed: 1,
  cancelled: 2,
  usage: 64,
  refused: 65,
  unreachable: 69,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The command line is not valid. The message is a sentence. */
export class UsageError extends Error {}

/** What --help shows. */
export const usage = `Training jobs from the terminal.

  npm run job -- create --name "Zeugnis Bayern" --bundesland BY,Hessen [options] [--queue] [--watch]
  npm run job -- list [--status training] [--model-type zeugnis] [--limit 20]
  npm run job -- watch <id> [--after <cursor>]
  npm run job -- pause | resume | cancel | delete <id>

An <id> may be shortened to a beginning that only one of the newest 200 jobs has.

create
  --name <text>                what to call the job (required)
  --bundesland <code or name>  whose regulations to train on; several by commas (required)
  --model-type <type>          zeugnis, klausur or general
  --epochs <n>                 1–100
  --batch-size <n>             1–128
  --learning-rate <x>          0.000001–0.1
  --warmup-steps <n>           0–10000
  --weight-decay <x>           0–1
  --gradient-accumulation <n>  1–32
  --no-mixed-precision         train without FP16
  --queue                      wait for a free slot instead of being refused
  --watch                      go on watching the job

list
  --status, --model-type <…>   only these; several by commas
  --limit <n>                  1–200 jobs, newest first

watch
  --after <cursor>             only what comes after this event (a cursor of --json)

everywhere
  --url <address>              where the service is; else STELLWERK_URL or http://localhost:8787
  --token <token>              an API token; else STELLWERK_TOKEN, which ps does not show
  --json                       for scripts: one JSON document a line; watch gives one for each event
  --help

For scripts, npm run --silent job -- … keeps npm from printing its own lines.

Exit status
  0    done; with watch: the job is completed
  1    the watched job failed
  2    the watched job was cancelled
  64   the command line was not understood
  65   the service refused
  69   the service cannot be reached
  70   a bug
  130  stopped by Ctrl+C (143: by SIGTERM); the job goes on
`
