/** What --help shows. */
export const usage = `Puts D1's register of jobs right after D1 was restored to an earlier moment.

  npm run reconcile
  npm run reconcile -- --url https://stellwerk.example.workers.dev

Compares each row of the register with its job, then asks every job's object, so that jobs whose rows are gone get them
back, with their model versions. Starts nothing, and can be repeated at any time.

  --url <address>         where the service is; else STELLWERK_URL or http://localhost:8787
  --help

The API token of an admin is taken from STELLWERK_TOKEN. A token that was made after the moment D1 was restored to is
gone; ADMIN_TOKEN always works.

Where the ids of the objects come from
  on localhost            the folder in which npm start keeps its state: --persist-to <folder>, else .wrangler/state
  elsewhere               Cloudflare's API: CLOUDFLARE_ACCOUNT_ID, and in CLOUDFLARE_API_TOKEN a token with the
                          permission Workers Scripts Read; --cloudflare asks it for an address on localhost too
  --objects <file>        a file with one id a line; - reads the standard input
  --worker <name>         what the Worker is called, where wrangler.toml or --env calls it differently; else stellwerk

What is counted
  unchanged               the row was right
  updated, restored       the row was older than the job; was gone
  removed                 the row of a job that is deleted
  unknown                 a job that has not begun, or an object without a job
  failed                  could not be asked, though it was tried several times

Exit status
  0    done
  1    some failed; they are named
  64   the command line was not understood
  65   the service, or Cloudflare, refused
  69   the service, or Cloudflare, cannot be reached
  70   a bug
`
