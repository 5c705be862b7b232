package codeset

// IndexTitles lets a test index a release that it made by hand.
var IndexTitles = indexTitles

// Tokens lets a test hold the words of Go against those of the database.
var Tokens = tokens
