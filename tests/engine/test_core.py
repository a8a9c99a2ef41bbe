"""The interpreter on random dags and steps: every run ends, the same way each time, with no node left open."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.engine.core import begin, step
from athena_lsp.engine.model import ENDED, Begun, Finish, Outcome, PodEnded, StartPod
from athena_lsp.engine.program import Program, program_of
from athena_lsp.engine.simulation import simulate

RESULTS = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed")
OUTCOMES = {
    "ok": Outcome("Succeeded", files={"return": "1"}),
    "silent": Outcome("Succeeded"),
    "fail": Outcome("Failed", 2, "it broke"),
    "error": Outcome("Error", None, "no such image"),
}


@st.composite
def tasks(draw: Any, *, in_dag: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        template = draw(st.sampled_from(("work", "work", "retried", "inner", "group")))
        task: dict[str, Any] = {"name": f"t{number}", "template": template}
        if in_dag and found and draw(st.booleans()):
            names = draw(st.lists(st.sampled_from([other["name"] for other in found]), min_size=1, max_size=3))
            joint = draw(st.sampled_from((" && ", " || ")))
            task["depends"] = joint.join(draw(_condition(name)) for name in names)
        if draw(st.integers(0, 3)) == 0:
            task["when"] = draw(st.sampled_from(("true", "false", "{{= 1 == 1 }}", "broken (")))
        if draw(st.integers(0, 3)) == 0:
            task["withParam"] = draw(st.sampled_from(("[]", "[1,2]", '["a"]', "no list")))
        if draw(st.integers(0, 3)) == 0 and "depends" not in task:
            task["continueOn"] = {"failed": draw(st.booleans()), "error": draw(st.booleans())}
        if draw(st.integers(0, 4)) == 0:
            task["hooks"] = {"exit": {"template": "work"}}
        found.append(task)
    return found


@st.composite
def _condition(draw: Any, name: str) -> Any:
    result = draw(st.sampled_from(RESULTS))
    return draw(
        st.sampled_from((name, f"{name}.{result}", f"!{name}.{result}", f"({name}.Succeeded || {name}.Failed)"))
    )


@st.composite
def programs(draw: st.DrawFn) -> Program:
    leaf = {"outputs": {"parameters": [{"name": "return", "valueFrom": {"path": "/o"}}]}, "container": {"image": "i"}}
    inner = [{"name": "a", "template": "work"}, {"name": "b", "template": "work", "depends": "a"}]
    main: dict[str, Any] = {"name": "main", "dag": {"tasks": draw(tasks(in_dag=True)), "failFast": draw(st.booleans())}}
    if draw(st.integers(0, 2)) == 0:
        main = {"name": "main", "steps": [draw(tasks(in_dag=False)), [{"name": "last", "template": "work"}]]}
    if draw(st.integers(0, 3)) == 0:
        main["parallelism"] = draw(st.integers(1, 2))
    spec: dict[str, Any] = {
        "entrypoint": "main",
        "templates": [
            main,
            {"name": "work", **leaf},
            {"name": "retried", **leaf, "retryStrategy": {"limit": "1", "backoff": {"duration": "5s"}}},
            {"name": "inner", "dag": {"tasks": inner}},
            {"name": "group", "steps": [[{"name": "a", "template": "work"}], [{"name": "b", "template": "retried"}]]},
        ],
    }
    if draw(st.integers(0, 3)) == 0:
        spec["onExit"] = "work"
    if draw(st.integers(0, 3)) == 0:
        spec["parallelism"] = draw(st.integers(1, 3))
    if draw(st.integers(0, 5)) == 0:
        spec["activeDeadlineSeconds"] = 7
    return program_of([{"kind": "Workflow", "metadata": {"name": "w"}, "spec": spec}])


@settings(max_examples=60)
@given(programs(), st.lists(st.sampled_from(sorted(OUTCOMES)), min_size=1, max_size=12))
def test_every_run_ends_and_leaves_no_node_open(program: Program, outcomes: list[str]) -> None:
    def pods(start: StartPod) -> Outcome:
        return OUTCOMES[outcomes[sum(map(ord, start.node)) % len(outcomes)]]

    def seconds(start: StartPod) -> float:
        return float(len(start.node) % 4)

    run = simulate(program, pods=pods, seconds=seconds)
    assert not run.is_stuck, run.state.nodes
    assert run.state.phase in ENDED
    assert [node.id for node in run.state.nodes.values() if node.phase not in ENDED] == []
    assert len({start.node for start in run.pods}) == len(run.pods), "no pod begins twice"
    again = simulate(program, pods=pods, seconds=seconds)
    assert (again.state.phase, again.state.nodes) == (run.state.phase, run.state.nodes)


@settings(max_examples=60)
@given(programs(), st.randoms(use_true_random=False))
def test_the_order_in_which_pods_end_does_not_break_it(program: Program, random: Any) -> None:
    now = 0.0
    state = begin(program, {}, now=now, uid="u")
    state, actions = step(program, state, Begun(), now)
    open_pods = [action.node for action in actions if isinstance(action, StartPod)]
    for _ in range(500):
        if state.is_over:
            break
        if open_pods:
            node = open_pods.pop(random.randrange(len(open_pods)))
            before = state
            state, actions = step(program, state, PodEnded(node, OUTCOMES[random.choice(sorted(OUTCOMES))]), now)
            assert before is not state
        else:
            assert state.next_timer is not None, "it waits for nothing"
            now = max(now, state.next_timer)
            state, actions = step(program, state, Begun(), now)
        open_pods += [action.node for action in actions if isinstance(action, StartPod)]
    assert state.is_over
    assert any(isinstance(action, Finish) for action in actions)


def test_a_run_that_is_over_does_not_change() -> None:
    program = program_of([{"kind": "Workflow", "metadata": {"name": "w"}, "spec": WORK}])
    run = simulate(program, pods=lambda _: OUTCOMES["ok"])
    assert step(program, run.state, PodEnded("w", OUTCOMES["fail"]), 1.0) == (run.state, ())


WORK: dict[str, Any] = {"entrypoint": "main", "templates": [{"name": "main", "container": {"image": "i"}}]}
