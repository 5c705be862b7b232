package cmsfile

var gemLayouts = []layout{}
