{{- define "quotafit.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "quotafit.selectorLabels" -}}
app.kubernetes.io/name: quotafit-webhook
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "quotafit.labels" -}}
{{ include "quotafit.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "quotafit.tlsSecret" -}}
{{- if eq .Values.tls.mode "secret" -}}
{{ required "tls.secretName is required when tls.mode is secret" .Values.tls.secretName }}
{{- else -}}
{{ include "quotafit.name" . }}-tls
{{- end -}}
{{- end }}

{{- define "quotafit.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* Namespaces that the webhook is never asked about, as JSON. */}}
{{- define "quotafit.exemptNamespaces" -}}
{{- append .Values.webhook.exemptNamespaces .Release.Namespace | uniq | toJson -}}
{{- end -}}
