#!/usr/bin/env bash
# A batch as a Slurm job array: each task does one part of the files, and a task that ends early is queued again.
#
#     sbatch --array=0-15 Scripts/slurm-batch.sh sharpen /data/photos --out /data/sharp
#     imgconv merge-logs part-*.jsonl --out all.jsonl
#
# IMGCONV names the binary, IMGCONV_LOGS the folder of the logs; both lie where every node sees them. What follows the script's name goes
# to imgconv batch. A minute before the time is over, the file in hand is finished and the rest is left to the task's next run.
#SBATCH --job-name=imgconv
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@60
set -u

log="${IMGCONV_LOGS:-.}/part-${SLURM_ARRAY_TASK_ID:?is set in the tasks of an array alone}.jsonl"
"${IMGCONV:-imgconv}" batch "$@" --shard auto --log "$log" --resume --threads "${SLURM_CPUS_PER_TASK:-1}" &
run=$!

interrupted=false
trap 'interrupted=true; kill -USR1 "$run"' USR1
trap 'interrupted=true; kill -TERM "$run"' TERM
# A signal ends the waiting, not the run.
while true; do
  wait "$run"
  code=$?
  "$interrupted" || break
  interrupted=false
done

# 75: stopped early; 137: killed, as when memory runs out. What is done is in the log, so a task comes nearer to its end each time.
if { [ "$code" -eq 75 ] || [ "$code" -eq 137 ]; } && [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
