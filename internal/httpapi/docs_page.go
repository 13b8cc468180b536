package httpapi

const docsTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{.Info.Title}} API</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<header>
<h1>{{.Info.Title}} API, version {{.Info.Version}}</h1>
<p>{{.Info.Description}} The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
<nav aria-label="Operations">
{{range .Groups}}<h2>{{.Name}}</h2>
<ul>{{range .Operations}}<li><a href="#{{.OperationID}}"><code>{{.Method}} {{.Path}}</code></a> {{.Summary}}</li>{{end}}</ul>
{{end}}</nav>
</header>
<main>
{{range .Groups}}<section>
<h2>{{.Name}}</h2>
{{with .About}}<p>{{.}}</p>{{end}}
{{range .Operations}}<article id="{{.OperationID}}">
<h3><code>{{.Method}} {{.Path}}</code></h3>
<p><strong>{{.Summary}}.</strong> {{.Description}}</p>
{{if .Security}}<p>Takes a token{{if gt (len .Security) 1}}, where one is needed{{end}}.</p>{{end}}
{{if .Parameters}}<h4>Parameters</h4><dl>{{range .Parameters}}
<dt><code>{{.Name}}</code> in {{.In}}, {{.Schema.Type}}</dt><dd>{{.Description}}{{with .Schema.Enum}} {{.}}{{end}}{{with .Schema.Default}} Normally {{.}}.{{end}}</dd>{{end}}</dl>{{end}}
{{with .Body}}<h4>Body</h4><p><a href="#schema-{{.}}">{{.}}</a></p>{{end}}
<h4>Answers</h4><dl>{{range .Answers}}
<dt>{{.Status}}</dt><dd>{{.Text}}{{with .Schema}}: <a href="#schema-{{.}}">{{.}}</a>{{end}}</dd>{{end}}</dl>
</article>
{{end}}</section>
{{end}}<section>
<h2>Schemas</h2>
{{range .Schemas}}<article id="schema-{{.Name}}">
<h3>{{.Name}}</h3>
<dl>{{range .Fields}}
<dt><code>{{.Name}}</code> {{.Type}}{{if .Required}}, always{{end}}</dt><dd>{{.About}}</dd>{{end}}</dl>
</article>
{{end}}</section>
</main>
</body>
</html>
`

const docsStyle = `:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .5rem 0; }
article:target { outline: 2px solid; outline-offset: .5rem; }
h2 { text-transform: capitalize; }
h3 { font-size: 1rem; margin: .5rem 0; }
h4 { font-size: .875rem; margin: .5rem 0 0; }
dl { margin: 0; display: grid; grid-template-columns: minmax(8rem, 18rem) 1fr; gap: .125rem 1rem; }
dd { margin: 0; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-left: 1rem; } }
`
