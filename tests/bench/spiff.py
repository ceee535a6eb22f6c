"""The mark to beat: a ten-step run in SpiffWorkflow, loaded, stepped and saved each time.

As durable as ours: one SQLite file, WAL, every commit synced to the disk. It keeps the
workflow alone; ours writes its journal, reminders and outbox in the same transaction.
"""

from __future__ import annotations

import sqlite3
import time
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

from bot.domain.sop import Procedure


def _bpmn(procedure: Procedure) -> str:
    """The procedure as a BPMN process: its activities in the lanes of their performers."""
    names = ["mulai", *(f"langkah_{step.number}" for step in procedure.steps), "selesai"]
    lanes: dict[str, list[str]] = {}
    for step in procedure.steps:
        lanes.setdefault(step.roles[0], []).append(f"langkah_{step.number}")
    lane_set = "".join(
        f'<bpmn:lane id="{role}" name="{role}">'
        + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
        + "</bpmn:lane>"
        for role, nodes in lanes.items()
    )
    nodes = "".join(
        f'<bpmn:manualTask id="langkah_{step.number}" name={quoteattr(step.activity.text)} />'
        for step in procedure.steps
    )
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}" />'
        for n, (a, b) in enumerate(pairwise(names))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"'
        ' targetNamespace="http://bpmn.io/schema/bpmn">'
        '<bpmn:collaboration id="k"><bpmn:participant id="p" name="Dinas" processRef="lakip" />'
        "</bpmn:collaboration>"
        f'<bpmn:process id="lakip" isExecutable="true"><bpmn:laneSet id="l">{lane_set}'
        f'</bpmn:laneSet><bpmn:startEvent id="mulai" />{nodes}<bpmn:endEvent id="selesai" />'
        f"{flows}</bpmn:process></bpmn:definitions>"
    )


class SpiffRuns:
    """Runs of the ten-step process, each in its own row."""

    def __init__(self, folder: Path, procedure: Procedure) -> None:
        from lxml import etree
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

        self._steps = len(procedure.steps)
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(_bpmn(procedure).encode()))
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
        for _ in range(self._steps):
            (body,) = self._db.execute(
                "SELECT body FROM workflows WHERE id = ?", (number,)
            ).fetchone()
            workflow = self._serializer.deserialize_json(body)
            (task,) = workflow.get_tasks(state=TaskState.READY, manual=True)
            # Who confirmed and when: what an office has to be able to look up afterwards.
            task.data[task.task_spec.name] = {"oleh": 102, "pada": time.time()}
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
