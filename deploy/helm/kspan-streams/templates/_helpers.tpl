{{- define "kspan.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "kspan.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/part-of: kspan-streams
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Argument: (list root component). */}}
{{- define "kspan.selector" -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end -}}

{{- define "kspan.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "kspan.name" .) -}}
{{- else -}}
{{- required "serviceAccount.name: required with serviceAccount.create=false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "kspan.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What both programs need to know of Kafka, as properties. */}}
{{- define "kspan.kafka" -}}
bootstrap.servers={{ required "kafka.bootstrapServers: name the brokers, host:port" .Values.kafka.bootstrapServers }}
{{- with .Values.kafka.tls }}
{{- if .secret }}
kafka.ssl.truststore.type=PEM
kafka.ssl.truststore.location=/etc/kspan/tls/{{ .caKey }}
{{- if .keystoreKey }}
kafka.ssl.keystore.type=PEM
kafka.ssl.keystore.location=/etc/kspan/tls/{{ .keystoreKey }}
{{- end }}
{{- end }}
{{- end }}
{{- range $key, $value := .Values.kafka.settings }}
kafka.{{ $key }}={{ $value }}
{{- end }}
{{- end -}}

{{/* trace.settle.ms is KSPAN_TRACE_SETTLE_MS in the environment. */}}
{{- define "kspan.secretEnv" -}}
{{- range .Values.kafka.secretSettings }}
- name: KSPAN_KAFKA_{{ .setting | upper | replace "." "_" }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}
{{- end -}}

{{/* The backend, as the sink and doctor read it. */}}
{{- define "kspan.otlpEnv" -}}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ required "sink.otlp.endpoint: name the backend, such as http://otel-collector:4317, or set sink.enabled=false" .Values.sink.otlp.endpoint | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ .Values.sink.otlp.protocol }}
{{- with .Values.sink.otlp }}
{{- if .headersSecret }}
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom:
    secretKeyRef:
      name: {{ .headersSecret }}
      key: {{ .headersKey }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "kspan.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "kspan.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* State is restored before an instance is ready, which may take minutes; /livez answers from the first moment. */}}
{{- define "kspan.probes" -}}
startupProbe:
  httpGet:
    path: /livez
    port: http
  periodSeconds: 5
  failureThreshold: 24
livenessProbe:
  httpGet:
    path: /livez
    port: http
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /readyz
    port: http
  periodSeconds: 10
  timeoutSeconds: 5
{{- end -}}

{{/* Native libraries are unpacked into /tmp and loaded. */}}
{{- define "kspan.mounts" -}}
- name: settings
  mountPath: /etc/kspan/settings
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if .Values.kafka.tls.secret }}
- name: tls
  mountPath: /etc/kspan/tls
  readOnly: true
{{- end }}
{{- end -}}

{{/* Argument: (list root name-of-the-ConfigMap). */}}
{{- define "kspan.volumes" -}}
{{- $root := index . 0 -}}
- name: settings
  configMap:
    name: {{ index . 1 }}
- name: tmp
  emptyDir:
    sizeLimit: 256Mi
{{- if $root.Values.kafka.tls.secret }}
- name: tls
  secret:
    secretName: {{ $root.Values.kafka.tls.secret }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{/* Argument: (list root values-of-the-component component). */}}
{{- define "kspan.scheduling" -}}
{{- $root := index . 0 -}}
{{- $own := index . 1 -}}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "kspan.selector" (list $root (index . 2)) | nindent 8 }}
{{- end -}}

{{- define "kspan.dns" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
- ports:
    {{- range .Values.kafka.ports }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
{{- end -}}

{{- define "kspan.scrapes" -}}
- ports:
    - port: http
      protocol: TCP
  {{- with .Values.networkPolicy.scrapeFrom }}
  from:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
