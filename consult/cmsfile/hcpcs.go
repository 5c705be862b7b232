package cmsfile

var hcpcsLayouts = []layout{}
