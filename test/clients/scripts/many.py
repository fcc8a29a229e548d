"""Logs 1,500 metrics and 250 parameters in one go, and the machine's own metrics until one was stored."""

import time

import mlflow

mlflow.start_run(log_system_metrics=True)
mlflow.log_metrics({f"metric {i}": i for i in range(1_500)}, step=3)
mlflow.log_params({f"param.{i}": "x" * i for i in range(250)})

client = mlflow.MlflowClient()
while not any(name.startswith("system/") for name in client.get_run(mlflow.active_run().info.run_id).data.metrics):
    time.sleep(0.1)
