"""
Trains with autolog, registers its model as that of its job and loads it, as a script does that tests what it has made, and logs a
large file. What it saw is written to the file RESULT.
"""

import hashlib
import json
import os
import pathlib

import mlflow
from sklearn.linear_model import LogisticRegression

mlflow.autolog(log_input_examples=False)
run_id = os.environ["MLFLOW_RUN_ID"]
X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
LogisticRegression().fit(X, y)

client = mlflow.MlflowClient()
version = mlflow.register_model(f"runs:/{run_id}/model", "zeugnis")
client.set_registered_model_alias("zeugnis", "candidate", version.version)
loaded = mlflow.sklearn.load_model("models:/zeugnis@candidate")
by_run = mlflow.sklearn.load_model(f"runs:/{run_id}/model")

large = pathlib.Path(os.environ["STELLWERK_WORK_DIR"]) / "weights.bin"
block = os.urandom(1_000_003)
digest = hashlib.sha256()
with large.open("wb") as file:
    for _ in range(70):
        file.write(block)
        digest.update(block)
# A path as such is not taken for large files: MLflow 3.17 puts it into JSON.
client.log_artifact(run_id, str(large), "large")
models = mlflow.search_logged_models(output_format="list")
result = {
    "version": version.version,
    "predicted": [list(map(int, model.predict([[0.0], [3.0]]))) for model in (loaded, by_run)],
    "models": [model.name for model in models],
    "measured": sorted({metric.key for metric in client.get_logged_model(models[0].model_id).metrics or []}),
    "sha256": digest.hexdigest(),
    "size": large.stat().st_size,
}
pathlib.Path(os.environ["RESULT"]).write_text(json.dumps(result), "utf-8")
