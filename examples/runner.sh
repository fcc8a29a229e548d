#!/usr/bin/env bash
# A runner in curl alone: claims a job, "trains" it for STEPS steps, pauses or cancels when asked, and goes on from where the
# last one stopped. The real work would stand in `train`.
#   examples/runner.sh [name]        URL, TOKEN (role runner; none with `npm start`), STEPS, SECONDS_PER_STEP
set -euo pipefail
api=${URL:-http://localhost:8787}/api/v1/admin/training
steps=${STEPS:-20}
name=${1:-$(hostname)}

# field NAME: its first value in the JSON on standard input; nothing when it is null or missing.
field() { sed -nE "s/.*\"$1\":(\"([^\"]*)\"|([0-9.]+)).*/\2\3/p"; }

# say PATH JSON: tells Stellwerk, and tries for ever, whatever is in between; only 410 ends a training. Prints the answer.
say() {
  local answer status
  while true; do
    answer=$(curl -s -m 30 -w '\n%{http_code}' -H "Authorization: Bearer $token" --json "$2" "$api/jobs/$job$1") || true
    status=${answer##*$'\n'}
    [ "$status" = 200 ] && { echo "${answer%$'\n'*}"; return; }
    [ "$status" = 410 ] && { echo "The attempt is over: $answer" >&2; exit 1; }
    echo "$1: $status, trying again" >&2
    sleep 1
  done
}

claim_id=$(cat /proc/sys/kernel/random/uuid)
while true; do
  claimed=$(curl -s -m 40 ${TOKEN:+-H "Authorization: Bearer $TOKEN"} "$api/claims" \
    --json "{\"runner\":\"$name\",\"claim_id\":\"$claim_id\",\"wait_s\":20}") || true
  token=$(field token <<<"$claimed")
  [ -n "$token" ] && break || sleep 1
done
job=${token:4:36}
step=$(sed -nE 's/.*"resume":\{"step":([0-9]+).*/\1/p' <<<"$claimed")
step=$((${step:--1} + 1))
say /reports '{}' >/dev/null # Confirmed: from here on the process may run.
echo "$name trains job $job from step $step"

for ((sequence = 1; step < steps; step++, sequence++)); do
  sleep "${SECONDS_PER_STEP:-1}" # train
  answer=$(say /reports "{\"sequence\":$sequence,\"total_steps\":$steps,
    \"points\":[{\"step\":$step,\"metrics\":{\"loss\":0.$((90 - 80 * step / steps))}}],
    \"output\":[{\"stream\":\"stdout\",\"text\":\"step $step of $steps\"}]}")
  request=$(sed -nE 's/.*"requested":\{"id":([0-9]+).*/\1/p' <<<"$answer")
  if [ -n "$request" ]; then # Save, say so, and leave.
    say /reports "{\"acknowledged\":$request,\"stopping\":$request}" >/dev/null
    what=$([[ $answer == *'"what":"pause"'* ]] && echo paused || echo cancelled)
    say /finish "{\"sequence\":$((sequence + 1)),\"outcome\":\"$what\",\"checkpoint\":{\"step\":$step,\"path\":\"checkpoints/$step\"}}"
    exit
  fi
done
say /finish "{\"sequence\":$sequence,\"outcome\":\"completed\",\"exit_status\":0}"
