"""Opens runs under that of its job, and takes the job's up again; says which they were in the file RESULT."""

import json
import os
import pathlib

import mlflow

with mlflow.start_run() as own:
    mlflow.log_metric("loss", 0.5, step=1)
    with mlflow.start_run(nested=True, run_name="fold 1") as fold:
        mlflow.log_metric("loss", 0.25, step=1)
with mlflow.start_run() as second:
    mlflow.log_metric("loss", 0.75, step=1)
with mlflow.start_run(run_id=own.info.run_id):
    mlflow.log_metric("loss", 0.4, step=2)
mlflow.start_run(run_name="left open")
mlflow.log_metric("loss", 1, step=1)
left = mlflow.active_run()
result = {"own": own.info.run_id, "runs": [one.info.run_id for one in (fold, second, left)]}
pathlib.Path(os.environ["RESULT"]).write_text(json.dumps(result), "utf-8")
# The process ends without a word of its client on the run that is open.
os._exit(0)
