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
  npm run job -- list [--status training] [--search bayern] [--sort name] [--limit 20]
  npm run job -- watch <id> [--after <cursor>]
  npm run job -- edit <id> [--name <text>] [--notes <text>] [--tags a,b]
  npm run job -- pause | cancel | delete <id>
  npm run job -- resume <id> [--queue]

<id> may be any unique prefix: of 4 characters or more among all jobs, else among the newest 200.

create
  --name <text>                job name (required)
  --bundesland <code or name>  training data; comma-separated (required)
  --model-type <type>          zeugnis, klausur or general
  --epochs <n>                 1–100
  --batch-size <n>             1–128
  --learning-rate <x>          0.000001–0.1
  --warmup-steps <n>           0–10000
  --weight-decay <x>           0–1
  --gradient-accumulation <n>  1–32
  --no-mixed-precision         train without FP16
  --notes <text>               notes on the job
  --tags <a,b>, --tag          tags that the job is found by
  --queue                      queue the job if no slot is free
  --watch                      watch the job after creating it

resume
  --queue                      wait for a free slot instead of being rejected; pause stops waiting

list
  --status, --model-type <…>   only matching jobs; comma-separated
  --search <text>, --q         part of the name, or start of the id
  --tag <tag>                  only jobs with this tag; comma-separated: with all of them
  --created-by <actor>         only jobs created by this actor
  --sort=<order>               -created_at (default: newest first), created_at, name or -name
  --limit <n>                  1–200 jobs

edit
  --name <text>                a new name
  --notes <text>               new notes; --notes "" removes them
  --tags <a,b>                 all tags from now on; --tags "" removes them

watch
  --after <cursor>             continue after this event (a cursor from --json)

everywhere
  --url <address>              the service's address; default STELLWERK_URL or http://localhost:8787
  --token <token>              an API token; default STELLWERK_TOKEN, which ps does not show
  --json                       machine-readable output (JSON Lines); watch prints one line per event
  --help

In scripts, use npm run --silent job -- … to suppress npm's own output.

Exit status
  0    success; with watch: the job completed
  1    the watched job failed
  2    the watched job was cancelled
  64   invalid command line
  65   rejected by the service
  69   service unreachable
  70   internal error
  130  stopped by Ctrl+C (143: by SIGTERM); the job keeps running
`
