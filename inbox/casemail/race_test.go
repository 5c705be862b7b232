//go:build race

package casemail

const raceDetector = true
