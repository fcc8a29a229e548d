import type { Outcome } from './rules/outcome.ts'

/** Exit statuses; with --once those of the job come first. */
export const exitStatuses = {
  done: 0,
  failed: 1,
  cancelled: 2,
  paused: 3,
  over: 4,
  usage: 64,
  refused: 65,
  bug: 70,
  locked: 73,
  interrupted: 130,
  terminated: 143,
} as const
export type ExitStatus = (typeof exitStatuses)[keyof typeof exitStatuses]

/** With --once, what an attempt has come to; `released` only happens when the runner itself was told to end. */
export const statusOf: Readonly<Record<Outcome | 'over', ExitStatus>> = {
  completed: exitStatuses.done,
  failed: exitStatuses.failed,
  cancelled: exitStatuses.cancelled,
  paused: exitStatuses.paused,
  released: exitStatuses.over,
  over: exitStatuses.over,
}

/** What --help shows. */
export const usage = `A runner: claims jobs of Stellwerk, and trains them with a command of yours.

  node runner.mjs --url https://stellwerk.example.org --token-file token -- python train.py --whatever

  --url <address>        the service; default STELLWERK_URL or http://localhost:8787
  --token-file <file>    a file with a token of the role runner; default STELLWERK_TOKEN, none on the service's own machine
  --name <text>          the name of this runner; default the name of the machine
  --model-type <types>   only jobs of these: zeugnis, klausur, general; comma-separated
  --label <name=value>   what people should know of this machine; may be repeated
  --once                 train one job, and exit with how it ended
  --workdir <folder>     where the runner keeps its state; default ~/.stellwerk/<name>. One runner at a time
  --soft-grace <s>       seconds from the stop file to SIGTERM, 0-1800; default 10, at most half of the request's grace
  --no-system-metrics    do not report CPU, memory, disk and GPUs
  --no-mlflow            do not set the variables of MLflow's client
  --no-kubeflow          do not set those of Transformers' progress callback
  --version, --help

The command runs in this folder, in a process group of its own, and finds in its environment
  STELLWERK_JOB             a file: the job's config and params in JSON, total_documents, resume_step
  STELLWERK_WORK_DIR        a folder for what it needs in between
  STELLWERK_DATASET         a file: the documents that it may train on, one in JSON a line
  STELLWERK_CHECKPOINT_DIR  checkpoints: a folder step-<n>, renamed into place, or Transformers' checkpoint-<n>
  STELLWERK_RESUME_FROM     the checkpoint to go on from, if there is one
  STELLWERK_MODEL_DIR       what it writes here becomes the files of the model version
  STELLWERK_STOP_FILE       once this file exists, it should save a checkpoint and end
  STELLWERK_URL, STELLWERK_JOB_ID, STELLWERK_JOB_TOKEN    the service, and a token for this attempt alone
  MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN, MLFLOW_RUN_ID    what MLflow logs is shown with the job, script unchanged
  KUBEFLOW_TRAINER_SERVER_URL, KUBEFLOW_TRAINER_SERVER_TOKEN   so are the metrics of a Transformers Trainer

It reports by lines on its standard output, which are not shown as output:
  ::metrics {"step": 10, "total_steps": 500, "epoch": 0.5, "loss": 0.7}     any number is a metric
  ::completed {"accuracy": 0.9}                                             it is done, also if it is being stopped

Ctrl+C gives the job back once the process has saved, a second one at once. SIGTERM gives it back within 30 s. A runner that
is killed and started again with the same --workdir goes on with its job.

Exit status
  0    with --once: the job is completed
  1    failed    2 cancelled    3 paused    4 given back, or taken over by another runner
  64   invalid command line
  65   rejected by the service: this runner is too old, or its claim is not valid
  70   internal error
  73   another runner works in this folder, or it holds an attempt of another service
  130  ended by Ctrl+C    143 by SIGTERM
`
