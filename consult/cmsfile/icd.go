package cmsfile

var icdLayouts = []layout{}
