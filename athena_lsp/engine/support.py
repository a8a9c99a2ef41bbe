"""What of Argo the local engine honours, what it leaves aside and why, and what it refuses: every field of these types.

A field that stands in no column is honoured. `tests/engine/test_support.py` holds this to the tables of fields that
checks read, and the page `docs/run-fields.md` to this.
"""

from __future__ import annotations

from collections.abc import Mapping

from athena_lsp.records import dataclass, field

PLACE = "pods are processes of this machine"
IDENTITY = "pods run as you"
ENDS = "what a run leaves stays until `athena runs prune`"
METRICS = "no metrics are kept"
IMAGE = "images are not pulled by athena; `--image-mode` leaves it to docker or podman"
PROBES = "a pod is alive as long as its process"
LIMITS = "processes have the whole machine"
LOOKS = "only shown by Argo's page"
STORE = "artifacts are files and folders below `.athena/artifacts`, by their key"
ONCE = "`athena run` is one run, now"


@dataclass(frozen=True)
class Support:
    """Of a type: fields by the reason for which they are left aside, and fields that are refused."""

    ignored: Mapping[str, str] = field(default_factory=dict)
    """By the reason, the names with blanks between them."""
    refused: str = ""

    @property
    def reasons(self) -> dict[str, str]:
        """The reason of each field that is left aside."""
        return {name: reason for reason, names in self.ignored.items() for name in names.split()}


STORES = "artifactory azure gcs hdfs oss s3"
CONTAINER = {
    IMAGE: "imagePullPolicy",
    PROBES: "livenessProbe startupProbe",
    LIMITS: "resources resizePolicy",
    IDENTITY: "securityContext",
    "the port is open where the process opens it": "ports",
    "processes have no terminal and no input": "stdin stdinOnce tty",
    "the runtime's message is read where it writes it": "terminationMessagePath terminationMessagePolicy",
    "a container runs once": "restartPolicy restartPolicyRules",
}
CONTAINER_REFUSED = "lifecycle volumeDevices"
PODS = {
    PLACE: "affinity nodeSelector tolerations schedulerName hostAliases podSpecPatch priorityClassName resourceClaims",
    IDENTITY: "securityContext serviceAccountName automountServiceAccountToken executor",
    LIMITS: "podResources",
    METRICS: "metrics",
}
SUPPORT: Mapping[str, Support] = {
    "CronWorkflowSpec": Support(
        {
            ONCE: "concurrencyPolicy failedJobsHistoryLimit schedules schedule startingDeadlineSeconds stopStrategy"
            " successfulJobsHistoryLimit suspend timezone when workflowMetadata"
        }
    ),
    "WorkflowSpec": Support(
        {
            **PODS,
            PLACE: "affinity nodeSelector tolerations schedulerName hostAliases podSpecPatch podPriorityClassName"
            " podPriority resourceClaims dnsConfig dnsPolicy hostNetwork podDisruptionBudget podMetadata",
            IMAGE: "imagePullSecrets",
            ENDS: "podGC ttlStrategy volumeClaimGC artifactGC archiveLogs",
            STORE: "artifactRepositoryRef",
            "runs do not wait for each other": "synchronization",
        },
        "executorPlugins suspend shutdown",
    ),
    "WorkflowMetadata": Support(refused="labelsFrom"),
    "Template": Support(
        {
            **PODS,
            "other runs do not wait": "priority",
            "a pod begins at once, or waits for a processor without a limit": "pendingTimeout",
            STORE: "archiveLocation",
            LOOKS: "annotations metadata",
        },
        "containerSet data plugin resource",
    ),
    "HTTP": Support(),
    "Step": Support(),
    "DAGTask": Support(),
    "DAGTemplate": Support(),
    "ContinueOn": Support(),
    "LifecycleHook": Support(),
    "TemplateRef": Support(),
    "WorkflowTemplateRef": Support(),
    "Sequence": Support(),
    "Parameter": Support({LOOKS: "description"}),
    "ValueFrom": Support(refused="event jqFilter jsonPath"),
    "Artifact": Support(
        {
            ENDS: "artifactGC deleted",
            STORE: "archive archiveLogs",
        },
        "git http plugin",
    ),
    "RetryStrategy": Support({PLACE: "affinity"}),
    "Backoff": Support(),
    "Memoize": Support(),
    "Synchronization": Support(),
    "Mutex": Support({"locks are those of one run": "namespace database"}),
    "SemaphoreRef": Support({"locks are those of one run": "namespace"}),
    "SuspendTemplate": Support(),
    "Container": Support(CONTAINER, CONTAINER_REFUSED),
    "ScriptTemplate": Support(CONTAINER, CONTAINER_REFUSED),
    "UserContainer": Support(CONTAINER, CONTAINER_REFUSED),
    "Probe": Support(
        {
            "a daemon is asked every tenth of a second until it is ready": "initialDelaySeconds periodSeconds"
            " timeoutSeconds successThreshold failureThreshold terminationGracePeriodSeconds"
        },
        "grpc",
    ),
    "EnvVar": Support(),
    "EnvVarSource": Support(refused="fileKeyRef resourceFieldRef"),
    "EnvFromSource": Support(refused="secretRef"),
    "VolumeMount": Support(
        {
            "a mount is what it is on this machine": "mountPropagation recursiveReadOnly",
            "only `--image-mode` keeps a step from writing to it": "readOnly",
        },
        "subPathExpr",
    ),
    "Volume": Support(
        refused="awsElasticBlockStore azureDisk azureFile cephfs cinder csi downwardAPI ephemeral fc flexVolume flocker"
        " gcePersistentDisk gitRepo glusterfs image iscsi nfs photonPersistentDisk portworxVolume projected quobyte rbd"
        " scaleIO secret storageos vsphereVolume"
    ),
    "EmptyDirVolume": Support({LIMITS: "medium sizeLimit"}),
    "ConfigMapVolume": Support({"files are yours alone": "defaultMode"}),
    "HostPathVolume": Support({"what is there is taken": "type"}),
    "PersistentVolumeClaimVolume": Support({"a mount says whether it is for reading": "readOnly"}),
}
"""By the name of the type, as Argo's and Kubernetes' references have it."""
