"""Argo's own names of fields, in snake case, where somebody writes them as an argument: what says the same here."""

from __future__ import annotations

from collections.abc import Mapping

OF_POD = frozenset(
    (
        *("automount_service_account_token", "dns_config", "dns_policy", "host_aliases", "host_network"),
        *("priority_class_name", "pod_priority_class_name", "scheduler_name", "pod_resources", "resource_claims"),
    )
)
"""Fields of a pod."""
OF_MAIN = frozenset(
    (
        *("env_from", "lifecycle", "liveness_probe", "readiness_probe", "startup_probe", "ports", "security_context"),
        *("resize_policy", "restart_policy", "restart_policy_rules", "stdin", "stdin_once", "tty", "volume_devices"),
        *("termination_message_path", "termination_message_policy"),
    )
)
"""Fields of a container of a pod."""
OF_TIMETABLE: Mapping[str, str] = {
    "schedules": "schedule",
    "timezone": "timezone",
    "concurrency_policy": "overlap",
    "starting_deadline_seconds": "starting_deadline",
    "suspend": "suspend",
}
"""Fields of a CronWorkflow, with the argument of `Cron` for each."""
RENAMED: Mapping[str, tuple[str, ...]] = {
    "service_account_name": ("service_account",),
    "retry_strategy": ("retry",),
    "memoize": ("cache",),
    "ttl_strategy": ("ttl_if_root",),
    "active_deadline_seconds": ("active_deadline_if_root",),
    "synchronization": ("mutexes", "semaphores"),
    "metadata": ("labels", "annotations"),
    "pod_metadata": ("labels", "annotations"),
    "pod_priority": ("priority_if_root",),
}
IN_BODY = frozenset({"container", "container_set", "dag", "data", "http", "plugin", "resource", "script", "templates"})
"""Kinds of templates: the decorator and the body say which one it is."""
MOUNTED = frozenset({"volumes", "volume_mounts", "volume_claim_templates"})
WITHOUT = frozenset(
    (
        *("archive_location", "archive_logs", "artifact_gc", "artifact_repository_ref", "executor"),
        *("executor_plugins", "failed_jobs_history_limit", "metrics", "pod_disruption_budget", "shutdown"),
        *("stop_strategy", "successful_jobs_history_limit", "template_defaults", "volume_claim_gc"),
        *("workflow_metadata", "workflow_spec", "workflow_template_ref"),
    )
)
"""Nothing here says the same."""
