"""
Trains a small GPT-2 from scratch on the titles of a job's documents, with Hugging Face's Trainer, as the command of a runner:

    node runner.mjs --model-type general -- python train.py

Nothing of Stellwerk is imported. What the Trainer logs to MLflow becomes the curve; where it saves becomes the checkpoints.
"""

import json
import os
import pathlib

from transformers import (
    ByT5Tokenizer,
    DataCollatorForLanguageModeling,
    GPT2Config,
    GPT2LMHeadModel,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

env = {name.removeprefix("STELLWERK_"): value for name, value in os.environ.items() if name.startswith("STELLWERK_")}
config = json.loads(pathlib.Path(env["JOB"]).read_text("utf-8"))["config"]


class StopWhenAsked(TrainerCallback):
    def on_step_end(self, args, state, control, **_):
        if os.path.exists(env["STOP_FILE"]):
            control.should_save = control.should_training_stop = True


# Bytes are the tokens: no vocabulary has to be downloaded.
tokenizer = ByT5Tokenizer()
with open(env["DATASET"], encoding="utf-8") as file:
    titles = [json.loads(line)["title"] for line in file]

# The same work stands in many Länder: whole works are held out.
works = sorted({title.split(" (")[0] for title in titles})
held_out = set(works[::5])
encoded = [(title.split(" (")[0], tokenizer(title, truncation=True, max_length=128)) for title in titles]

trainer = Trainer(
    model=GPT2LMHeadModel(
        GPT2Config(vocab_size=len(tokenizer), n_positions=128, n_embd=64, n_layer=2, n_head=4,
                   bos_token_id=tokenizer.eos_token_id, eos_token_id=tokenizer.eos_token_id)
    ),
    args=TrainingArguments(
        output_dir=env["CHECKPOINT_DIR"],
        num_train_epochs=config["epochs"],
        per_device_train_batch_size=config["batch_size"],
        gradient_accumulation_steps=config["gradient_accumulation"],
        learning_rate=config["learning_rate"],
        warmup_steps=config["warmup_steps"],
        weight_decay=config["weight_decay"],
        logging_steps=10,
        eval_strategy="steps",
        eval_steps=50,
        save_steps=50,
        save_total_limit=3,
        disable_tqdm=True,
        report_to="mlflow",
    ),
    train_dataset=[item for work, item in encoded if work not in held_out],
    eval_dataset=[item for work, item in encoded if work in held_out],
    data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    callbacks=[StopWhenAsked()],
)
trainer.train(resume_from_checkpoint=env.get("RESUME_FROM"))

if not os.path.exists(env["STOP_FILE"]):
    trainer.save_model(env["MODEL_DIR"])
    tokenizer.save_pretrained(env["MODEL_DIR"])
