package natstest

import "syscall"

// attributes let a server end with the test, however that ends, and leave ^C
// to it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
