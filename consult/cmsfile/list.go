package cmsfile

var listLayouts = []layout{}
