"""
Learns to tell the type of a document by its title, with scikit-learn, as the command of a runner:

    node runner.mjs --model-type general -- python train.py

Nothing of Stellwerk is imported: the runner tells MLflow where to log, and autolog does the rest.
"""

import json
import os
import pathlib

import mlflow
import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

job = json.loads(pathlib.Path(os.environ["STELLWERK_JOB"]).read_text("utf-8"))
with open(os.environ["STELLWERK_DATASET"], encoding="utf-8") as file:
    documents = [json.loads(line) for line in file]

# The same work stands in many Länder: whole works are held out.
works = sorted({document["title"].split(" (")[0] for document in documents})
held_out = set(works[::5])


def titles_and_types(is_held_out):
    chosen = [one for one in documents if (one["title"].split(" (")[0] in held_out) == is_held_out]
    return numpy.array([one["title"] for one in chosen]), numpy.array([one["doc_type"] for one in chosen])


mlflow.sklearn.autolog()
with mlflow.start_run():
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)),
        LogisticRegression(C=float(job["params"].get("C", 1)), max_iter=1000),
    )
    model.fit(*titles_and_types(False))
    mlflow.log_metric("accuracy", model.score(*titles_and_types(True)))
