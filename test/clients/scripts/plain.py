"""Logs of every kind, as in MLflow's introduction, and reads all of it back: what it read is written to the file RESULT."""

import json
import math
import os
import pathlib

import mlflow
import pandas

mlflow.set_experiment("an-experiment-of-mine")
work = pathlib.Path(os.environ["STELLWERK_WORK_DIR"])
odd = work / "a b+ü%.txt"
odd.write_text("odd\n", "utf-8")
(work / "tree" / "deep").mkdir(parents=True)
(work / "tree" / "empty").touch()
(work / "tree" / "deep" / "x.bin").write_bytes(bytes(range(256)))

with mlflow.start_run(run_name="a name of mine", tags={"from": "start"}) as run:
    mlflow.log_param("one", 1)
    mlflow.log_params({"lr": 0.001, "none": None, "long": "x" * 7_000})
    mlflow.set_tag("note", "ü")
    mlflow.set_tags({"a": 1, "b": "two"})
    for step in range(20):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"acc": 0.5, "f1": 0.25}, step=19)
    mlflow.log_metrics({"nan": math.nan, "up": math.inf, "down": -math.inf}, step=19)
    mlflow.log_table({"title": ["a"], "score": [1]}, "table.json")
    mlflow.log_table({"title": ["b"], "score": [2]}, "table.json")
    mlflow.log_input(mlflow.data.from_pandas(pandas.DataFrame({"x": [1, 2, 3]}), name="numbers"), context="training")
    mlflow.log_text("hello", "t.txt")
    mlflow.log_dict({"a": [1]}, "dir/d.json")
    mlflow.log_artifact(odd)
    mlflow.log_artifacts(work / "tree", "tree")

client = mlflow.MlflowClient()
client.delete_tag(run.info.run_id, "b")
read = client.get_run(run.info.run_id)
root = client.download_artifacts(read.info.run_id, "", work)
below = sorted(path for path in pathlib.Path(root).rglob("*") if path.is_file())
result = {
    "run_id": read.info.run_id,
    "name": read.info.run_name,
    "status": read.info.status,
    "metrics": {name: str(value) for name, value in read.data.metrics.items()},
    "params": read.data.params,
    "tags": {name: value for name, value in read.data.tags.items() if not name.startswith("mlflow.")},
    "loss": [(point.step, point.value) for point in client.get_metric_history(read.info.run_id, "loss")],
    "listed": [[one.path, one.is_dir, one.file_size] for one in client.list_artifacts(read.info.run_id)],
    "in_tree": [[one.path, one.is_dir, one.file_size] for one in client.list_artifacts(read.info.run_id, "tree")],
    "inputs": [[one.dataset.name, one.tags[0].value] for one in read.inputs.dataset_inputs],
    "table": mlflow.artifacts.load_dict(f"runs:/{read.info.run_id}/table.json")["data"],
    "text": mlflow.artifacts.load_text(f"runs:/{read.info.run_id}/t.txt"),
    "sizes": {str(path.relative_to(root)): path.stat().st_size for path in below},
}
pathlib.Path(os.environ["RESULT"]).write_text(json.dumps(result), "utf-8")
