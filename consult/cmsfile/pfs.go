package cmsfile

var pfsLayouts = []layout{}
