"""
What somebody does at home, without a runner: runs of their own, nested ones, models under names, and searches for all of it. What
was seen is written to the file RESULT.
"""

import json
import os
import pathlib

import mlflow


class Answers(mlflow.pyfunc.PythonModel):
    """Answers always the same."""

    def __init__(self, answer):
        self.answer = answer

    def predict(self, context, model_input, params=None):
        return [self.answer] * len(model_input)


def log(answer, **more):
    return mlflow.pyfunc.log_model(
        name="answers", python_model=Answers(answer), pip_requirements=["mlflow-skinny"], **more
    )


def ask(uri):
    return mlflow.pyfunc.load_model(uri).predict([0])[0]


client = mlflow.MlflowClient()
seen = {}
experiment = mlflow.set_experiment("of a person")
with mlflow.start_run(run_name="outer") as outer:
    for lr in (0.1, 0.01):
        with mlflow.start_run(run_name=f"lr {lr}", nested=True) as inner:
            mlflow.log_param("lr", lr)
            mlflow.log_metric("loss", lr * 2)
    logged = log("one", registered_model_name="answers")

# A run that was ended is taken up again, and another one is opened.
with mlflow.start_run(run_id=outer.info.run_id):
    mlflow.log_metric("after", 1)
with mlflow.start_run() as failed:
    mlflow.log_metric("loss", 9)
    mlflow.end_run("FAILED")

seen["outer"] = client.get_run(outer.info.run_id).info.status
found = mlflow.search_runs(filter_string="params.lr = '0.01' and metrics.loss < 1", output_format="list")
seen["found"] = [run.info.run_name for run in found]
by_loss = client.search_runs([experiment.experiment_id], "metrics.loss > 0", order_by=["metrics.loss DESC"])
seen["by_loss"] = [run.data.metrics["loss"] for run in by_loss]
below = client.search_runs([experiment.experiment_id], f"tags.mlflow.parentRunId = '{outer.info.run_id}'")
seen["below"] = len(below)
seen["failed"] = [run.info.run_id == failed.info.run_id for run in client.search_runs([experiment.experiment_id], "attributes.status = 'FAILED'")]

seen["models"] = [model.name for model in mlflow.search_logged_models([experiment.experiment_id], output_format="list")]
seen["by_model_id"] = ask(logged.model_uri)
seen["by_run"] = ask(f"runs:/{outer.info.run_id}/answers")
client.set_registered_model_alias("answers", "champion", "1")
client.set_registered_model_alias("answers", "active", "1")
seen["before"] = [ask("models:/answers@champion"), ask("models:/answers@active"), ask("models:/answers/1")]
with mlflow.start_run():
    log("two", registered_model_name="answers")
client.set_registered_model_alias("answers", "active", "2")
seen["after"] = [ask("models:/answers@champion"), ask("models:/answers@active"), ask("models:/answers/latest")]
client.copy_model_version("models:/answers@active", "copied")
seen["copied"] = ask("models:/copied/1")
seen["versions"] = sorted((one.name, one.version) for one in client.search_model_versions())
seen["ordered"] = [one.version for one in client.search_model_versions("name = 'answers'", order_by=["version_number ASC"])]
seen["names"] = [one.name for one in client.search_registered_models("name ILIKE '%SWER%'")]

client.delete_run(failed.info.run_id)
seen["deleted"] = [run.info.run_id == failed.info.run_id for run in client.search_runs([experiment.experiment_id], run_view_type=2)]
seen["stage"] = client.get_run(failed.info.run_id).info.lifecycle_stage
client.restore_run(failed.info.run_id)
seen["restored"] = client.get_run(failed.info.run_id).info.lifecycle_stage

client.set_experiment_tag(experiment.experiment_id, "team", "a")
client.rename_experiment(experiment.experiment_id, "renamed")
seen["tagged"] = [one.name for one in client.search_experiments(filter_string="tags.team = 'a'")]
client.delete_experiment_tag(experiment.experiment_id, "team")
client.delete_experiment(experiment.experiment_id)
seen["hidden"] = [one.name for one in client.search_experiments(filter_string="name = 'renamed'")]
client.restore_experiment(experiment.experiment_id)
seen["tags"] = client.get_experiment(experiment.experiment_id).tags

client.delete_logged_model_tag(logged.model_id, "mlflow.user")
client.delete_logged_model(logged.model_id)
seen["left"] = len(mlflow.search_logged_models([experiment.experiment_id], output_format="list"))
# What is registered outlives what was logged.
seen["still"] = ask("models:/answers/1")
pathlib.Path(os.environ["RESULT"]).write_text(json.dumps(seen), "utf-8")
