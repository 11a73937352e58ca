{{- /* Labels of an object: (dict "root" $ "component" "controller"). */ -}}
{{- define "kohakku.labels" -}}
app.kubernetes.io/name: kohakku
app.kubernetes.io/part-of: kohakku
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- with .queue }}
kohakku.dev/queue: {{ . }}
{{- end }}
{{- end }}

{{- define "kohakku.metadata" -}}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "kohakku.labels" . | nindent 2 }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "kohakku.selector" -}}
app.kubernetes.io/component: {{ .component }}
{{- with .queue }}
kohakku.dev/queue: {{ . }}
{{- end }}
{{- end }}

{{- define "kohakku.image" -}}
{{ .root.Values.image.registry }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "kohakku.disruption" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  {{- include "kohakku.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "kohakku.selector" . | nindent 6 }}
{{- end }}

{{- define "kohakku.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  {{- include "kohakku.metadata" . | nindent 2 }}
spec:
  selector:
    {{- include "kohakku.selector" . | nindent 4 }}
  ports:
    - name: {{ .portName | default "http" }}
      port: {{ .port }}
      targetPort: {{ .portName | default "http" }}
{{- end }}

{{- /* What every Pod of the platform is kept from. */ -}}
{{- define "kohakku.pod" -}}
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "kohakku.spread" -}}
topologySpreadConstraints:
{{- $here := . }}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "kohakku.selector" $here | nindent 8 }}
{{- end }}
{{- end }}

{{- /* Alive asks no engine: an outage of Postgres restarts nobody. */ -}}
{{- define "kohakku.probes" -}}
startupProbe:
  httpGet:
    path: {{ .health }}
    port: http
  periodSeconds: 3
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: {{ .health }}
    port: http
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: {{ .ready }}
    port: http
  periodSeconds: 3
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}

{{- define "kohakku.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: ["ALL"]
{{- end }}

{{- define "kohakku.tmpMount" -}}
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- end }}

{{- define "kohakku.tmp" -}}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: 256Mi
{{- end }}

{{- /* (list "NAME" "secret") */ -}}
{{- define "kohakku.secret" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 0 }}
{{- end }}

{{- define "kohakku.settings" -}}
envFrom:
  - configMapRef:
      name: kohakku-config
{{- end }}

{{- define "kohakku.config" -}}
KOHAKKU_INSTALLATION: {{ .Values.installation | quote }}
{{- with .Values.logFormat }}
KOHAKKU_LOG_FORMAT: {{ . | quote }}
{{- end }}
POSTGRES_HOST: {{ ternary "kohakku-pgbouncer" .Values.engines.postgres.host .Values.pgbouncer.enabled | quote }}
POSTGRES_PORT: {{ ternary 6432 .Values.engines.postgres.port .Values.pgbouncer.enabled | quote }}
POSTGRES_DB: {{ .Values.engines.postgres.database | quote }}
MINIO_ENDPOINT: {{ .Values.engines.objects.endpoint | quote }}
MINIO_BUCKET: {{ .Values.engines.objects.bucket | quote }}
TEMPORAL_ADDRESS: {{ .Values.engines.temporal.address | quote }}
TEMPORAL_NAMESPACE: {{ .Values.engines.temporal.namespace | quote }}
{{- end }}

{{- /* A change of a setting rolls the Pods. */ -}}
{{- define "kohakku.checksum" -}}
annotations:
  kohakku.dev/config: {{ include "kohakku.config" . | sha256sum }}
{{- end }}

{{- define "kohakku.postgresEnv" -}}
{{- $secret := .Values.secrets.postgres -}}
{{ include "kohakku.secret" (list "POSTGRES_USER" $secret) }}
{{ include "kohakku.secret" (list "POSTGRES_PASSWORD" $secret) }}
{{ include "kohakku.secret" (list "POSTGRES_MIGRATION_URL" $secret) }}
      optional: true
{{- end }}

{{- define "kohakku.enginesEnv" -}}
{{- $secrets := .Values.secrets -}}
{{ include "kohakku.secret" (list "QUEUE_REDIS_URL" $secrets.redis) }}
{{ include "kohakku.secret" (list "STATE_REDIS_URL" $secrets.redis) }}
{{ include "kohakku.secret" (list "CACHE_REDIS_URL" $secrets.redis) }}
{{ include "kohakku.secret" (list "MINIO_ACCESS_KEY" $secrets.objects) }}
{{ include "kohakku.secret" (list "MINIO_SECRET_KEY" $secrets.objects) }}
{{ include "kohakku.secret" (list "DISPATCHER_API_KEY" $secrets.trust) }}
{{ include "kohakku.secret" (list "CALLBACK_SIGNING_KEY" $secrets.trust) }}
{{- end }}

{{- define "kohakku.controllerEnv" -}}
{{ include "kohakku.postgresEnv" . }}
{{ include "kohakku.enginesEnv" . }}
{{ include "kohakku.secret" (list "SECRETS_KEY" .Values.secrets.controller) }}
{{ include "kohakku.secret" (list "KOHAKKU_BOOTSTRAP_TOKEN" .Values.secrets.controller) }}
{{- with .Values.controller.env }}
{{ toYaml . }}
{{- end }}
{{- end }}
