package cmsfile

var mcdLayouts = []layout{}
