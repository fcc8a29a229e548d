#!/usr/bin/env bash
# A runner in bash and curl alone (docs/PROTOCOL.md): claims a job, "trains" it for STEPS steps, pauses or cancels when asked to,
# and resumes from where another runner has stopped. The real work would stand in `train`.
#   examples/runner.sh [name]     URL, TOKEN (of the role runner; none with `npm start`), STEPS, SECONDS_PER_STEP (less than 15)
set -euo pipefail
api=${URL:-http://localhost:8787}/api/v1/admin/training
steps=${STEPS:-20}
name=${1:-${HOSTNAME:-shell}}
train() { sleep "${SECONDS_PER_STEP:-1}"; }

# post TOKEN PATH JSON: sets `status` and `answer`.
post() {
  answer=$(curl -s -m 50 -w '\n%{http_code}' ${1:+-H "Authorization: Bearer $1"} -H 'Content-Type: application/json' \
    -d "$3" "$api$2") || true
  status=${answer##*$'\n'} answer=${answer%$'\n'*}
}

# again N: waits before the nth repetition, for a random time of up to a minute.
again() { sleep $((RANDOM % ($1 < 6 ? 1 << $1 : 60) + 1)); }

# say PATH JSON: tells the service, whatever is in between; nothing but its own 410 ends a training.
say() {
  for ((n = 0; ; n++)); do
    post "$token" "/jobs/$job$1" "$2"
    [[ $status = 200 && $answer =~ \"(sequence|success)\": ]] && return
    [[ $status = 410 && $answer = *urn:stellwerk:problem:attempt-over* ]] && { echo "$answer" && exit 1; }
    echo "$1 was answered $status; trying again" >&2
    again $n
  done
}

# save STEP: uploads what training can go on from, here one file, and registers it.
save() {
  for ((n = 0; ; n++)); do
    status=$(curl -s -m 50 -o /dev/null -w '%{http_code}' -X PUT -H "Authorization: Bearer $token" --data-binary "step $1" \
      "$api/jobs/$job/artifacts/checkpoints/step-$1") || true
    [[ $status = 20[14] || $status = 410 ]] && break
    echo "The upload was answered $status; trying again" >&2
    again $n
  done
  say /checkpoints "{\"step\":$1,\"path\":\"checkpoints/step-$1\"}"
}

# The same id gets the same job again, if an answer is lost.
hex=$(for _ in {1..8}; do printf %04x $((RANDOM * 2 + RANDOM % 2)); done)
claim="{\"runner\":\"$name\",\"claim_id\":\"${hex:0:8}-${hex:8:4}-4${hex:13:3}-8${hex:17:3}-${hex:20:12}\",\"wait_s\":20}"
echo "$name waits for a job"
for ((n = 0; ; n++)); do
  post "${TOKEN:-}" /claims "$claim"
  [[ $status = 200 && $answer =~ \"token\":\"(stj_([0-9a-f-]{36})_[^\"]+)\" ]] && break
  [ "$status" = 204 ] && n=-1 && sleep 0.1 && continue # Nothing to do, for 20 s.
  echo "The claim was answered $status; trying again" >&2
  again $n
done
token=${BASH_REMATCH[1]} job=${BASH_REMATCH[2]} step=0
[[ $answer =~ \"resume\":\{\"step\":([0-9]+) ]] && step=$((BASH_REMATCH[1] + 1))
say /reports '{}' # Confirmed: from here on the process may run.
echo "$name trains job $job from step $step"

for ((sequence = 1; step < steps; step++, sequence++)); do
  train
  say /reports "{\"sequence\":$sequence,\"total_steps\":$steps,
    \"points\":[{\"step\":$step,\"metrics\":{\"loss\":0.$((90 - 80 * step / steps))}}],
    \"output\":[{\"stream\":\"stdout\",\"text\":\"step $step of $steps\"}]}"
  # Nothing to stop for after the last step: that completes the job.
  while ((step + 1 < steps)) && [[ $answer =~ \"requested\":\{\"id\":([0-9]+),\"what\":\"(pause|cancel) ]]; do
    request=${BASH_REMATCH[1]} what=${BASH_REMATCH[2]}
    say /reports "{\"stopping\":$request}"
    # Withdrawn, or replaced by another request? Then that counts.
    [[ $answer = *"\"requested\":{\"id\":$request,"* ]] || continue
    outcome=cancelled
    if [ $what = pause ]; then outcome=paused && save $step; fi
    say /finish "{\"sequence\":$((sequence + 1)),\"outcome\":\"$outcome\"}"
    echo "$name has stopped at step $step: $outcome"
    exit
  done
done
say /finish "{\"sequence\":$sequence,\"outcome\":\"completed\",\"exit_status\":0}"
echo "$name has completed the job"
