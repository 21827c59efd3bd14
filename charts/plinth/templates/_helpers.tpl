{{- define "plinth.selector" -}}
app.kubernetes.io/name: plinth-operator
{{- end -}}

{{- define "plinth.labels" -}}
{{ include "plinth.selector" . }}
app.kubernetes.io/part-of: plinth
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end -}}
