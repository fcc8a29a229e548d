"""
How often MLflow's client does something in a second on each of two servers, in turns. Each argument after the rounds is one of
them, as JSON: its address, token (or null), and runs to log to and to read. Prints JSON, by what is done and by server.
"""

import json
import sys
import time

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric

SLICE_S = 0.5
NAMES = ["loss", "learning_rate", "grad_norm", "accuracy"]


class Server:
    def __init__(self, at):
        self.at, self.step = at, 0
        self.client = MlflowClient(at["uri"])

    def log_metric(self):
        self.step += 1
        self.client.log_metric(self.at["logged"], "loss", 0.123456, timestamp=1_795_000_000_000 + self.step, step=self.step)

    def log_batch(self, steps):
        first = self.step + 1
        self.step += steps
        values = [Metric(name, 0.123456, 1_795_000_000_000 + step, step) for step in range(first, self.step + 1) for name in NAMES]
        self.client.log_batch(self.at["logged"], values)


operations = {
    "log-metric": Server.log_metric,
    "log-batch of 40": lambda server: server.log_batch(10),
    "log-batch of 1,000": lambda server: server.log_batch(250),
    "runs/get": lambda server: server.client.get_run(server.at["full"]),
    "get-history of 10,000": lambda server: server.client.get_metric_history(server.at["full"], "curve"),
    "search of 50 among 10,000": lambda server: server.client.search_runs(["0"], max_results=50),
}
rounds = int(sys.argv[1])
servers = [Server(json.loads(at)) for at in sys.argv[2:]]
rates = {name: [[] for _ in servers] for name in operations}
for _ in range(rounds):
    for name, operation in operations.items():
        for server, measured in zip(servers, rates[name]):
            operation(server)
            done, began = 0, time.perf_counter()
            while time.perf_counter() - began < SLICE_S:
                operation(server)
                done += 1
            measured.append(done / (time.perf_counter() - began))
print(json.dumps(rates))
