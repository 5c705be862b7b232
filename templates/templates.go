// Package templates holds the words that customers receive: one Markdown file
// a kind of reply (reply/NAME.md), the parts that replies share
// (reply/block-NAME.md), and short phrases (reply/words.toml). People who do
// not program edit these files; docs/reply.md tells them how. The package is
// data only: consult/draft checks and renders it.
package templates

import "embed"

// FS holds the shipped files under "reply".
//
//go:embed reply/*.md reply/words.toml
var FS embed.FS
