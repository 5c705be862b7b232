package codeset

// CoverageOf is what "codes show" says of the documents that list a code.
var CoverageOf = coverage
