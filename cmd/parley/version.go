package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the version of this source tree.
const release = "0.1.0"

type versionCmd struct{}

// Run prints the version, the revision it was built from and the toolchain.
func (versionCmd) Run(to console) error {
	_, err := fmt.Fprintf(to.out, "parley %s%s %s %s/%s\n", release, revision(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// revision returns the commit the program was built from, when that is known.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return " (" + s.Value[:12] + ")"
		}
	}
	return ""
}
