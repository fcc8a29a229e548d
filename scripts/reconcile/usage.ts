/** What --help shows. */
export const usage = `Repairs D1's register of jobs after D1 was restored to an earlier time.

  npm run reconcile
  npm run reconcile -- --url https://stellwerk.example.workers.dev

Compares each row of the register with its job, then calls every job's object, which restores missing rows and model
versions. Starts no jobs, and can be repeated at any time.

  --url <address>         the service's address; default STELLWERK_URL or http://localhost:8787
  --help

Requires an admin's token in STELLWERK_TOKEN. API tokens created after the time of the restore no longer exist;
ADMIN_TOKEN always works.

Source of the objects' ids
  on localhost            the folder in which npm start keeps its state: --persist-to <folder>, else .wrangler/state
  elsewhere               Cloudflare's API: CLOUDFLARE_ACCOUNT_ID, and in CLOUDFLARE_API_TOKEN a token with the
                          permission Workers Scripts Read; --cloudflare uses it for localhost, too
  --objects <file>        a file with one id per line; - reads the standard input
  --worker <name>         the Worker's name, if wrangler.toml or --env changes it; default stellwerk

Outcomes
  unchanged               the row was correct
  updated, restored       the row was older than the job; was missing
  removed                 the row of a deleted job
  unknown                 a job that has not started, or an object without a job
  failed                  could not be reached after several attempts

Exit status
  0    success
  1    some failed; they are named
  64   invalid command line
  65   rejected by the service or Cloudflare
  69   service or Cloudflare unreachable
  70   internal error
`
