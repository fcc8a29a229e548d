/**
 * Exit codes of `npm run job`. The states of a watched job come first, so that scripts can use `watch … && deploy`. `notDone`: of
 * `--wait`, and of a question that was answered with no.
 */
export const exitCodes = {
  done: 0,
  failed: 1,
  cancelled: 2,
  notDone: 3,
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
  npm run job -- logs <id> [-f] [--after <n>]
  npm run job -- edit <id> [--name <text>] [--notes <text>] [--tags a,b]
  npm run job -- pause | cancel <id> [--grace <s>] [--wait]
  npm run job -- resume <id> [--queue]
  npm run job -- delete <id>
  npm run job -- runners
  npm run job -- attempts | give-up <id>

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
  --trainer <kind>             simulated, or runner: a program elsewhere that claims the job
  --param <key=value>          passed on to the runner's script; may be repeated
  --max-attempts <n>           1–10: how many attempts may be lost until it is no longer offered
  --resume-from <id>[:<step>]  start from this job's last checkpoint, or from the one at this step
  --queue                      queue the job if no slot is free
  --watch                      watch the job after creating it

pause, cancel
  --grace <s>                  0–1800 s (default 60) for a runner's process to save and end
  --wait                       wait until the runner has done it, and show what it says meanwhile

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

logs
  -f, --follow                 continue with each new line, until the job ends
  --after <n>                  without the first n lines

give-up
  --yes                        without asking: the attempt is over, but its process may still run

everywhere
  --url <address>              the service's address; default STELLWERK_URL or http://localhost:8787
  --token <token>              an API token; default STELLWERK_TOKEN, which ps does not show
  --json                       machine-readable output (JSON Lines); watch prints one line per event
  --help

In scripts, use npm run --silent job -- … to suppress npm's own output.

Exit status
  0    success; with watch: the job completed; with pause --wait and cancel --wait: it is done
  1    the watched job failed, also with --wait
  2    the watched job was cancelled, also with pause --wait
  3    with --wait: not done, since it was withdrawn or replaced, or the job completed first;
       with give-up: the answer was no
  64   invalid command line
  65   rejected by the service
  69   service unreachable
  70   internal error
  130  stopped by Ctrl+C (143: by SIGTERM); the job keeps running
`
