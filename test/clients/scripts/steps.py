"""Logs a metric step by step and says each, until the number of steps of its first argument."""

import sys
import time

import mlflow

mlflow.start_run()
for step in range(int(sys.argv[1])):
    mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_param(f"p{step}", step)
    print("step", step, flush=True)
    time.sleep(0.02)
