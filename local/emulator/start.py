"""Starts MiniStack with what the modules beside this one add to it."""

import runpy

# First: MiniStack's modules take a function with them that it changes.
import read_once  # noqa: F401

import fair_queues  # noqa: F401
import http_tasks  # noqa: F401
import model_beginnings  # noqa: F401
import prompt_answers  # noqa: F401
import start_turns  # noqa: F401

if __name__ == "__main__":
    runpy.run_module("ministack", run_name="__main__")
