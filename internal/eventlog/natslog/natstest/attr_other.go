//go:build !linux

package natstest

import "syscall"

// attributes leave ^C to the test.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
