"""Ends in the way of its first argument: what the client says of that is one thing, the exit status another."""

import sys

import mlflow


def logged():
    mlflow.log_metric("loss", 0.5, step=1)


match sys.argv[1]:
    case "exception-in-with":
        with mlflow.start_run():
            logged()
            raise RuntimeError("broken")
    case "exception":
        mlflow.start_run()
        logged()
        raise RuntimeError("broken")
    case "caught":
        try:
            with mlflow.start_run():
                logged()
                raise RuntimeError("broken")
        except RuntimeError:
            pass
    case "status-after-the-end":
        with mlflow.start_run():
            logged()
        sys.exit(7)
    case "killed":
        mlflow.start_run()
        logged()
        mlflow.end_run("KILLED")
