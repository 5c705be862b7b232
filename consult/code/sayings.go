package code

// A saying is a phrase that tells what a text asks.
type saying struct{ words []string }

func sayingIndex() map[string][]saying { return nil }
