"""The mark to beat: a ten-step run in SpiffWorkflow, loaded, stepped and saved each time.

As durable as ours: one SQLite file, WAL, every commit synced to the disk. It keeps the
workflow alone; ours writes its journal, reminders and outbox in the same transaction.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

STEPS = 10


def _bpmn() -> str:
    nodes = "".join(f'<bpmn:manualTask id="langkah_{n}" />' for n in range(1, STEPS + 1))
    names = ["mulai", *(f"langkah_{n}" for n in range(1, STEPS + 1)), "selesai"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}" />'
        for n, (a, b) in enumerate(zip(names, names[1:], strict=False))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"'
        ' targetNamespace="http://bpmn.io/schema/bpmn">'
        '<bpmn:process id="lakip" isExecutable="true"><bpmn:startEvent id="mulai" />'
        f'{nodes}<bpmn:endEvent id="selesai" />{flows}</bpmn:process></bpmn:definitions>'
    )


class SpiffRuns:
    """Runs of the ten-step process, each in its own row."""

    def __init__(self, folder: Path) -> None:
        from lxml import etree
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(_bpmn().encode()))
        self._spec = parser.get_spec("lakip")
        self._serializer = BpmnWorkflowSerializer()
        self._db = sqlite3.connect(folder / "spiff.db", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE workflows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    def one(self, number: int) -> float:
        """Seconds for one run from start to end."""
        from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
        from SpiffWorkflow.util.task import TaskState

        begun = time.perf_counter()
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        self._save("INSERT INTO workflows (body, id) VALUES (?, ?)", workflow, number)
        for _ in range(STEPS):
            (body,) = self._db.execute(
                "SELECT body FROM workflows WHERE id = ?", (number,)
            ).fetchone()
            workflow = self._serializer.deserialize_json(body)
            (task,) = workflow.get_tasks(state=TaskState.READY, manual=True)
            task.run()
            workflow.do_engine_steps()
            self._save("UPDATE workflows SET body = ? WHERE id = ?", workflow, number)
        if not workflow.completed:
            raise RuntimeError("the compared run did not reach its end")
        return time.perf_counter() - begun

    def close(self) -> None:
        self._db.close()

    def _save(self, statement: str, workflow: object, number: int) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(statement, (self._serializer.serialize_json(workflow), number))
        self._db.execute("COMMIT")
