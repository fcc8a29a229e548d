"""Logs, ends its run if its first argument says so, and waits for the file GO, or for a signal."""

import os
import sys
import time

import mlflow

mlflow.start_run()
mlflow.log_param("output_dir", os.environ["STELLWERK_WORK_DIR"])
mlflow.log_metric("loss", 0.5, step=int(os.environ.get("STEP", "1")))
if "end" in sys.argv:
    mlflow.end_run()
print("waits", flush=True)
while not os.path.exists(os.environ["GO"]):
    time.sleep(0.05)
mlflow.MlflowClient().log_metric(os.environ["STELLWERK_JOB_ID"], "score", 0.9)
