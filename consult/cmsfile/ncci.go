package cmsfile

var ncciLayouts = []layout{}
