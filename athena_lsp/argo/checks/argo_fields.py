"""The fields of Argo's own types, as `fields` reads them. From the API reference of Argo Workflows 4.1."""

from __future__ import annotations

ARGO = """
ArchiveStrategy: none:any tar:TarStrategy zip:any
Arguments: artifacts:Artifact[] parameters:Parameter[]
Artifact: <ArtifactLocation archive:ArchiveStrategy artifactGC:ArtifactGC deleted:bool from fromExpression
  globalName mode:int name* optional:bool path recurseMode:bool subPath
ArtifactGC: podMetadata:Metadata serviceAccountName strategy
ArtifactLocation: archiveLogs:bool artifactory:ArtifactoryArtifact azure:AzureArtifact gcs:GCSArtifact
  git:GitArtifact hdfs:HDFSArtifact http:HTTPArtifact oss:OSSArtifact plugin:PluginArtifact raw:RawArtifact
  s3:S3Artifact
ArtifactoryArtifact: passwordSecret:KeyOf url* usernameSecret:KeyOf
ArtifactPaths: <Artifact
ArtifactRepositoryRef: configMap key
AzureArtifact: accountKeySecret:KeyOf blob* container* endpoint* useSDKCreds:bool
Backoff: cap duration factor:intstr maxDuration
BasicAuth: passwordSecret:KeyOf usernameSecret:KeyOf
Cache: configMap*:Named
ClientCertAuth: clientCertSecret:KeyOf clientKeySecret:KeyOf
ClusterWorkflowTemplate: apiVersion kind metadata*:ObjectMeta spec*:WorkflowSpec
ContainerNode: <NamedContainer dependencies:[]
ContainerSetRetryStrategy: duration retries*:intstr
ContainerSetTemplate: containers*:ContainerNode[] retryStrategy:ContainerSetRetryStrategy volumeMounts:VolumeMount[]
ContinueOn: error:bool failed:bool
Counter: value*
CreateS3BucketOptions: objectLocking:bool
CronWorkflow: apiVersion kind metadata*:ObjectMeta spec*:CronWorkflowSpec status:any
CronWorkflowSpec: concurrencyPolicy failedJobsHistoryLimit:int schedules*:[] schedule~ startingDeadlineSeconds:int
  stopStrategy:StopStrategy successfulJobsHistoryLimit:int suspend:bool timezone when workflowMetadata:ObjectMeta
  workflowSpec*:WorkflowSpec
DAGTask: <Step dependencies:[] depends name*
DAGTemplate: failFast:bool target tasks*:DAGTask[]
Data: source*:DataSource transformation*:TransformationStep[]
DataSource: artifactPaths:ArtifactPaths
Event: selector*
ExecutorConfig: serviceAccountName
ExecutorPlugin: metadata*:ObjectMeta spec*:ExecutorPluginSpec
ExecutorPluginSpec: sidecar*:PluginSidecar
Gauge: operation realtime+:bool value*
GCSArtifact: bucket key* serviceAccountKeySecret:KeyOf
GitArtifact: branch depth:int disableSubmodules:bool fetch:[] insecureIgnoreHostKey:bool insecureSkipTLS:bool
  passwordSecret:KeyOf repo* revision singleBranch:bool sshPrivateKeySecret:KeyOf usernameSecret:KeyOf
HDFSArtifact: addresses:[] dataTransferProtection force:bool hdfsUser krbCCacheSecret:KeyOf krbConfigConfigMap:KeyOf
  krbKeytabSecret:KeyOf krbRealm krbServicePrincipalName krbUsername path*
Header: name* value*
Histogram: buckets*:number[] value*
HTTP: body bodyFrom:HTTPBodySource headers:RequestHeader[] insecureSkipVerify:bool method successCondition
  timeoutSeconds:int url*
HTTPArtifact: auth:HTTPAuth headers:Header[] saveStreamViaFile:bool url*
HTTPAuth: basicAuth:BasicAuth clientCert:ClientCertAuth oauth2:OAuth2Auth
HTTPBodySource: bytes
HTTPHeaderSource: secretKeyRef:KeyOf
Inputs: artifacts:Artifact[] parameters:Parameter[]
LabelValueFrom: expression*
LifecycleHook: arguments:Arguments expression template templateRef:TemplateRef
ManifestFrom: artifact*:Artifact
Memoize: cache*:Cache key* maxAge+
Metadata: annotations:{} labels:{}
MetricLabel: key* value*
Metrics: prometheus*:Prometheus[]
Mutex: database:bool name namespace
OAuth2Auth: clientIDSecret:KeyOf clientSecretSecret:KeyOf endpointParams:OAuth2EndpointParam[] scopes:[]
  tokenURLSecret:KeyOf
OAuth2EndpointParam: key* value
OSSArtifact: accessKeySecret:KeyOf bucket createBucketIfNotPresent:bool endpoint key* lifecycleRule:OSSLifecycleRule
  secretKeySecret:KeyOf securityToken useSDKCreds:bool
OSSLifecycleRule: markDeletionAfterDays:int markInfrequentAccessAfterDays:int
Outputs: artifacts:Artifact[] exitCode parameters:Parameter[] result
Parameter: default:anytext description enum:anytext[] globalName name* value:anytext valueFrom:ValueFrom
PluginArtifact: configuration connectionTimeoutSeconds:int key* name
PluginSidecar: automountServiceAccountToken:bool container*:NamedContainer
PodGC: deleteDelayDuration labelSelector:LabelSelector strategy
Prometheus: counter:Counter gauge:Gauge help* histogram:Histogram labels:MetricLabel[] name* when
RawArtifact: data*
RequestHeader: name* value valueFrom:HTTPHeaderSource
ResourceTemplate: action* failureCondition flags:[] manifest manifestFrom:ManifestFrom mergeStrategy
  setOwnerReference:bool successCondition
RetryAffinity: nodeAntiAffinity:any
RetryStrategy: affinity:RetryAffinity backoff:Backoff expression limit:intstr retryPolicy
S3Artifact: accessKeySecret:KeyOf addressingStyle bucket caSecret:KeyOf
  createBucketIfNotPresent:CreateS3BucketOptions encryptionOptions:S3EncryptionOptions endpoint insecure:bool key
  region roleARN secretKeySecret:KeyOf sessionTokenSecret:KeyOf useSDKCreds:bool
S3EncryptionOptions: enableEncryption:bool kmsEncryptionContext kmsKeyId serverSideCustomerKeySecret:KeyOf
ScriptTemplate: <Container source
SemaphoreRef: configMapKeyRef:KeyOf database:SyncDatabaseRef namespace
Sequence: count:intstr end:intstr format start:intstr
Step: arguments:Arguments continueOn:ContinueOn hooks:LifecycleHook{} inline:Template name onExit template
  templateRef:TemplateRef when withItems:any[] withParam withSequence:Sequence
StopStrategy: expression*
Submit: arguments:Arguments metadata:ObjectMeta workflowTemplateRef*:WorkflowTemplateRef
SuspendTemplate: duration
SyncDatabaseRef: key*
Synchronization: mutexes:Mutex[] mutex~:Mutex semaphores:SemaphoreRef[] semaphore~:SemaphoreRef
TarStrategy: compressionLevel:int
Template: activeDeadlineSeconds:intstr affinity:Affinity annotations:{} archiveLocation:ArtifactLocation
  automountServiceAccountToken:bool container:Container containerSet:ContainerSetTemplate daemon:bool
  dag:DAGTemplate data:Data executor:ExecutorConfig failFast:bool hostAliases:HostAlias[] http:HTTP
  initContainers:UserContainer[] inputs:Inputs memoize:Memoize metadata:Metadata metrics:Metrics name
  nodeSelector:{} outputs:Outputs parallelism:int pendingTimeout plugin:any podResources:Resources podSpecPatch
  priorityClassName priority~:int resource:ResourceTemplate resourceClaims:PodResourceClaim[]
  retryStrategy:RetryStrategy schedulerName script:ScriptTemplate securityContext:PodSecurityContext
  serviceAccountName sidecars:UserContainer[] steps:Step[][] suspend:SuspendTemplate synchronization:Synchronization
  timeout tolerations:Toleration[] volumes:Volume[]
TemplateRef: clusterScope:bool name template
TransformationStep: expression*
TTLStrategy: secondsAfterCompletion:int secondsAfterFailure:int secondsAfterSuccess:int
UserContainer: <NamedContainer mirrorVolumeMounts:bool
ValueFrom: configMapKeyRef:KeyOf default:anytext event expression jqFilter jsonPath parameter path supplied:any
VolumeClaimGC: strategy
Workflow: apiVersion kind metadata*:ObjectMeta spec*:WorkflowSpec status:any
WorkflowEventBinding: apiVersion kind metadata*:ObjectMeta spec*:WorkflowEventBindingSpec
WorkflowEventBindingSpec: event*:Event submit:Submit
WorkflowLevelArtifactGC: forceFinalizerRemoval:bool podMetadata:Metadata podSpecPatch serviceAccountName strategy
WorkflowMetadata: annotations:{} labels:{} labelsFrom:LabelValueFrom{}
WorkflowSpec: activeDeadlineSeconds:int affinity:Affinity archiveLogs:bool arguments:Arguments
  artifactGC:WorkflowLevelArtifactGC artifactRepositoryRef:ArtifactRepositoryRef automountServiceAccountToken:bool
  dnsConfig:PodDNSConfig dnsPolicy entrypoint executor:ExecutorConfig executorPlugins:ExecutorPlugin[]
  hooks:LifecycleHook{} hostAliases:HostAlias[] hostNetwork:bool imagePullSecrets:Named[] metrics:Metrics
  nodeSelector:{} onExit parallelism:int podDisruptionBudget:DisruptionBudget podGC:PodGC podMetadata:Metadata
  podPriorityClassName podPriority~:int podResources:Resources podSpecPatch priority:int
  resourceClaims:PodResourceClaim[] retryStrategy:RetryStrategy schedulerName securityContext:PodSecurityContext
  serviceAccountName shutdown suspend:bool synchronization:Synchronization templateDefaults:Template
  templates:Template[] tolerations:Toleration[] ttlStrategy:TTLStrategy volumeClaimGC:VolumeClaimGC
  volumeClaimTemplates:Claim[] volumes:Volume[] workflowMetadata:WorkflowMetadata
  workflowTemplateRef:WorkflowTemplateRef
WorkflowTemplate: apiVersion kind metadata*:ObjectMeta spec*:WorkflowSpec
WorkflowTemplateRef: clusterScope:bool name
"""
