package cmsfile

var cptLayouts = []layout{}
