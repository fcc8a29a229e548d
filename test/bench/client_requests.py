"""
Has MLflow's client do each of what the benchmark measures once, so that its requests can be recorded: of an experiment, and a
run in it, whose ids are the arguments. The server is that of MLFLOW_TRACKING_URI.
"""

import sys

from mlflow import MlflowClient
from mlflow.entities import Metric

experiment, run = sys.argv[1:]
client = MlflowClient()


def metrics(steps):
    names = ["loss", "learning_rate", "grad_norm", "accuracy"]
    return [Metric(name, 0.123456, 1_795_000_000_000, step) for step in range(steps) for name in names]


client.log_metric(run, "loss", 0.123456, timestamp=1_795_000_000_000, step=0)
client.log_batch(run, metrics(10))
client.log_batch(run, metrics(250))
client.get_run(run)
client.get_metric_history(run, "curve")
client.search_runs([experiment], max_results=50)
client.search_runs([experiment], "metrics.loss < 0.1 and params.seed = '7'", max_results=50, order_by=["metrics.loss"])
