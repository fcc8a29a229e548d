"""
Drives Transformers' callbacks for MLflow and Kubeflow in the order of its Trainer, without torch. Crashes in the middle if an
argument says so.
"""

import sys
from types import SimpleNamespace

import mlflow
from transformers.integrations.integration_utils import KubeflowCallback, MLflowCallback
from transformers.trainer_callback import TrainerControl, TrainerState

# It reports every five seconds, which such a short training does not take.
KubeflowCallback._MIN_UPDATE_INTERVAL = 0

steps = 16
args = SimpleNamespace(
    output_dir="out",
    run_name="a run of transformers",
    to_dict=lambda: {"output_dir": "out", "learning_rate": 5e-5, **{f"argument_{i}": i for i in range(130)}},
)
model = SimpleNamespace(config=SimpleNamespace(to_dict=lambda: {"model_type": "gpt2", "n_layer": 2}))
state = TrainerState(max_steps=steps, num_train_epochs=2)
control = TrainerControl()
callbacks = [{"mlflow": MLflowCallback, "kubeflow": KubeflowCallback}[name]() for name in sys.argv[1].split(",")]


def call(event, **more):
    for callback in callbacks:
        getattr(callback, event)(args, state, control, model=model, **more)


call("on_train_begin")
for step in range(1, steps + 1):
    state.global_step, state.epoch = step, 2 * step / steps
    call("on_step_end")
    if step % 4 == 0:
        call("on_log", logs={"loss": 1 / step, "learning_rate": 5e-5, "epoch": state.epoch})
        # A step of a training takes longer than a request.
        mlflow.flush_async_logging()
    if step == 9 and "crash" in sys.argv:
        raise RuntimeError("out of memory")
call("on_log", logs={"train_runtime": 1.5, "train_loss": 0.25, "epoch": 2.0})
call("on_train_end")
