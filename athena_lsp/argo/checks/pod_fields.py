"""The fields of Kubernetes' types that Argo takes, as `fields` reads them. From the API of Kubernetes 1.35."""

from __future__ import annotations

KUBERNETES = """
Affinity: nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAffinity
AppArmorProfile: localhostProfile type*
AWSElasticBlockStoreVolume: fsType partition:int readOnly:bool volumeID*
AzureDiskVolume: cachingMode diskName* diskURI* fsType kind readOnly:bool
AzureFileVolume: readOnly:bool secretName* shareName*
Capabilities: add:[] drop:[]
CephFSVolume: monitors*:[] path readOnly:bool secretFile secretRef:Named user
CinderVolume: fsType readOnly:bool secretRef:Named volumeID*
Claim: apiVersion kind metadata:ObjectMeta spec:ClaimSpec status:any
ClaimSpec: accessModes:[] dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference
  resources:Resources selector:LabelSelector storageClassName volumeAttributesClassName volumeMode volumeName
ClaimTemplate: metadata:ObjectMeta spec*:ClaimSpec
ClusterTrustBundleProjection: labelSelector:LabelSelector name optional:bool path* signerName
ConfigMapEnvSource: name optional:bool
ConfigMapProjection: items:KeyToPath[] name optional:bool
ConfigMapVolume: defaultMode:int items:KeyToPath[] name optional:bool
Container: args:[] command:[] env:EnvVar[] envFrom:EnvFromSource[] image imagePullPolicy lifecycle:Lifecycle
  livenessProbe:Probe name ports:ContainerPort[] readinessProbe:Probe resizePolicy:ResizePolicy[]
  resources:Resources restartPolicy restartPolicyRules:RestartRule[] securityContext:SecurityContext
  startupProbe:Probe stdin:bool stdinOnce:bool terminationMessagePath terminationMessagePolicy tty:bool
  volumeDevices:VolumeDevice[] volumeMounts:VolumeMount[] workingDir
ContainerPort: containerPort*:int hostIP hostPort:int name protocol
CSIVolume: driver* fsType nodePublishSecretRef:Named readOnly:bool volumeAttributes:{}
DisruptionBudget: maxUnavailable:intstr minAvailable:intstr selector:LabelSelector unhealthyPodEvictionPolicy
DownwardAPIProjection: items:DownwardAPIVolumeFile[]
DownwardAPIVolume: defaultMode:int items:DownwardAPIVolumeFile[]
DownwardAPIVolumeFile: fieldRef:ObjectField mode:int path* resourceFieldRef:ResourceField
EmptyDirVolume: medium sizeLimit:quantity
EnvFromSource: configMapRef:ConfigMapEnvSource prefix secretRef:SecretEnvSource
EnvVar: name* value valueFrom:EnvVarSource
EnvVarSource: configMapKeyRef:KeyOf fieldRef:ObjectField fileKeyRef:FileKey resourceFieldRef:ResourceField
  secretKeyRef:KeyOf
EphemeralContainer: <Container targetContainerName
EphemeralVolume: volumeClaimTemplate:ClaimTemplate
ExecAction: command:[]
FCVolume: fsType lun:int readOnly:bool targetWWNs:[] wwids:[]
FileKey: key* optional:bool path* volumeName*
FlexVolume: driver* fsType options:{} readOnly:bool secretRef:Named
FlockerVolume: datasetName datasetUUID
GCEPersistentDiskVolume: fsType partition:int pdName* readOnly:bool
GitRepoVolume: directory repository* revision
GlusterfsVolume: endpoints* path* readOnly:bool
GRPCAction: port*:int service
Handler: exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction
HostAlias: hostnames:[] ip*
HostPathVolume: path* type
HTTPGetAction: host httpHeaders:HTTPHeader[] path port*:intstr scheme
HTTPHeader: name* value*
ImageVolume: pullPolicy reference
ISCSIVolume: chapAuthDiscovery:bool chapAuthSession:bool fsType initiatorName iqn* iscsiInterface lun*:int
  portals:[] readOnly:bool secretRef:Named targetPortal*
KeyOf: key* name optional:bool
KeyToPath: key* mode:int path*
LabelSelector: matchExpressions:Requirement[] matchLabels:{}
Lifecycle: postStart:Handler preStop:Handler stopSignal
Named: name
NamedContainer: <Container name*
NFSVolume: path* readOnly:bool server*
NodeAffinity: preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm[]
  requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
NodeSelector: nodeSelectorTerms*:NodeSelectorTerm[]
NodeSelectorTerm: matchExpressions:Requirement[] matchFields:Requirement[]
ObjectField: apiVersion fieldPath*
ObjectMeta: annotations:{} creationTimestamp deletionGracePeriodSeconds:int deletionTimestamp finalizers:[]
  generateName generation:int labels:{} managedFields:any name namespace ownerReferences:OwnerReference[]
  resourceVersion selfLink uid
OwnerReference: apiVersion* blockOwnerDeletion:bool controller:bool kind* name* uid*
PersistentVolumeClaimVolume: claimName* readOnly:bool
PhotonPersistentDiskVolume: fsType pdID*
PodAffinity: preferredDuringSchedulingIgnoredDuringExecution:WeightedTerm[]
  requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]
PodAffinityTerm: labelSelector:LabelSelector matchLabelKeys:[] mismatchLabelKeys:[] namespaces:[]
  namespaceSelector:LabelSelector topologyKey*
PodCertificateProjection: certificateChainPath credentialBundlePath keyPath keyType* maxExpirationSeconds:int
  signerName* userAnnotations:{}
PodDNSConfig: nameservers:[] options:PodDNSConfigOption[] searches:[]
PodDNSConfigOption: name value
PodResourceClaim: name* resourceClaimName resourceClaimTemplateName
PodSecurityContext: appArmorProfile:AppArmorProfile fsGroup:int fsGroupChangePolicy runAsGroup:int runAsNonRoot:bool
  runAsUser:int seccompProfile:SeccompProfile seLinuxChangePolicy seLinuxOptions:SELinuxOptions
  supplementalGroups:int[] supplementalGroupsPolicy sysctls:Sysctl[] windowsOptions:WindowsOptions
PodSpec: activeDeadlineSeconds:int affinity:Affinity automountServiceAccountToken:bool containers:Container[]
  dnsConfig:PodDNSConfig dnsPolicy enableServiceLinks:bool ephemeralContainers:EphemeralContainer[]
  hostAliases:HostAlias[] hostIPC:bool hostname hostnameOverride hostNetwork:bool hostPID:bool hostUsers:bool
  imagePullSecrets:Named[] initContainers:Container[] nodeName nodeSelector:{} os:Named overhead:quantity{}
  preemptionPolicy priority:int priorityClassName readinessGates:ReadinessGate[] resourceClaims:PodResourceClaim[]
  resources:Resources restartPolicy runtimeClassName schedulerName schedulingGates:Named[]
  securityContext:PodSecurityContext serviceAccount serviceAccountName setHostnameAsFQDN:bool
  shareProcessNamespace:bool subdomain terminationGracePeriodSeconds:int tolerations:Toleration[]
  topologySpreadConstraints:TopologySpread[] volumes:Volume[]
PortworxVolume: fsType readOnly:bool volumeID*
PreferredSchedulingTerm: preference*:NodeSelectorTerm weight*:int
Probe: exec:ExecAction failureThreshold:int grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds:int
  periodSeconds:int successThreshold:int tcpSocket:TCPSocketAction terminationGracePeriodSeconds:int
  timeoutSeconds:int
ProjectedVolume: defaultMode:int sources:VolumeProjection[]
QuobyteVolume: group readOnly:bool registry* tenant user volume*
RBDVolume: fsType image* keyring monitors*:[] pool readOnly:bool secretRef:Named user
ReadinessGate: conditionType*
Requirement: key* operator* values:[]
ResizePolicy: resourceName* restartPolicy*
ResourceClaim: name* request
ResourceField: containerName divisor:quantity resource*
Resources: claims:ResourceClaim[] limits:quantity{} requests:quantity{}
RestartExitCodes: operator* values:int[]
RestartRule: action* exitCodes:RestartExitCodes
ScaleIOVolume: fsType gateway* protectionDomain readOnly:bool secretRef*:Named sslEnabled:bool storageMode
  storagePool system* volumeName
SeccompProfile: localhostProfile type*
SecretEnvSource: name optional:bool
SecretProjection: items:KeyToPath[] name optional:bool
SecretVolume: defaultMode:int items:KeyToPath[] optional:bool secretName
SecurityContext: allowPrivilegeEscalation:bool appArmorProfile:AppArmorProfile capabilities:Capabilities
  privileged:bool procMount readOnlyRootFilesystem:bool runAsGroup:int runAsNonRoot:bool runAsUser:int
  seccompProfile:SeccompProfile seLinuxOptions:SELinuxOptions windowsOptions:WindowsOptions
SELinuxOptions: level role type user
ServiceAccountTokenProjection: audience expirationSeconds:int path*
SleepAction: seconds*:int
StorageOSVolume: fsType readOnly:bool secretRef:Named volumeName volumeNamespace
Sysctl: name* value*
TCPSocketAction: host port*:intstr
Toleration: effect key operator tolerationSeconds:int value
TopologySpread: labelSelector:LabelSelector matchLabelKeys:[] maxSkew*:int minDomains:int nodeAffinityPolicy
  nodeTaintsPolicy topologyKey* whenUnsatisfiable*
TypedLocalObjectReference: apiGroup kind* name*
TypedObjectReference: apiGroup kind* name* namespace
Volume: awsElasticBlockStore:AWSElasticBlockStoreVolume azureDisk:AzureDiskVolume azureFile:AzureFileVolume
  cephfs:CephFSVolume cinder:CinderVolume configMap:ConfigMapVolume csi:CSIVolume downwardAPI:DownwardAPIVolume
  emptyDir:EmptyDirVolume ephemeral:EphemeralVolume fc:FCVolume flexVolume:FlexVolume flocker:FlockerVolume
  gcePersistentDisk:GCEPersistentDiskVolume gitRepo:GitRepoVolume glusterfs:GlusterfsVolume hostPath:HostPathVolume
  image:ImageVolume iscsi:ISCSIVolume name* nfs:NFSVolume persistentVolumeClaim:PersistentVolumeClaimVolume
  photonPersistentDisk:PhotonPersistentDiskVolume portworxVolume:PortworxVolume projected:ProjectedVolume
  quobyte:QuobyteVolume rbd:RBDVolume scaleIO:ScaleIOVolume secret:SecretVolume storageos:StorageOSVolume
  vsphereVolume:VsphereVirtualDiskVolume
VolumeDevice: devicePath* name*
VolumeMount: mountPath* mountPropagation name* readOnly:bool recursiveReadOnly subPath subPathExpr
VolumeProjection: clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection
  downwardAPI:DownwardAPIProjection podCertificate:PodCertificateProjection secret:SecretProjection
  serviceAccountToken:ServiceAccountTokenProjection
VsphereVirtualDiskVolume: fsType storagePolicyID storagePolicyName volumePath*
WeightedTerm: podAffinityTerm*:PodAffinityTerm weight*:int
WindowsOptions: gmsaCredentialSpec gmsaCredentialSpecName hostProcess:bool runAsUserName
"""
