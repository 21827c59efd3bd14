// Command pause holds a pod's namespaces open until it is told to stop, and reaps what is left to it.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	orphaned := make(chan os.Signal, 16)
	signal.Notify(orphaned, syscall.SIGCHLD)
	for {
		select {
		case <-stop:
			return
		case <-orphaned:
			for {
				if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
					break
				}
			}
		}
	}
}
