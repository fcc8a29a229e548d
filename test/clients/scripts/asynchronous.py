"""Logs a metric 2,500 times without waiting, from ten threads of the client's, and some that it waits for."""

import mlflow

mlflow.start_run()
mlflow.log_metric("before", 1, synchronous=False).wait()
mlflow.config.enable_async_logging()
for step in range(2_500):
    mlflow.log_metric("loss", 1 / (step + 1), step=step)
mlflow.flush_async_logging()
mlflow.config.enable_async_logging(False)
