// Command walls keeps the testbed's processes from outliving the one that started them.
//
//	walls leash COMMAND...
//
// runs COMMAND and kills it when standard input ends: the starter holds the other end of that pipe, so that its own
// death, even by SIGKILL, is the end of the command.
//
//	walls enclose [--publish HOST:PORT=INNER:PORT] [--hostname NAME] [--fresh DIR]... [--bind SOURCE=TARGET]...
//
// makes a process, network and mount namespace, prints "pid N" and "ready" and keeps them until standard
// input ends; then the kernel kills all that runs inside and drops every mount and network device made there. A published
// address is opened outside and served inside. A fresh folder is covered by an empty one in memory, a bound one by another.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

func main() {
	// The death signal of a child follows the thread that started it, not the process.
	runtime.LockOSThread()
	if len(os.Args) < 2 {
		fail(errors.New("usage: walls leash COMMAND... | walls enclose [OPTION]..."))
	}
	switch os.Args[1] {
	case "leash":
		leash(os.Args[2:])
	case "enclose":
		enclose(os.Args[2:])
	case "inside":
		inside(os.Args[2:])
	default:
		fail(fmt.Errorf("unknown command %q", os.Args[1]))
	}
}

func leash(command []string) {
	if len(command) == 0 {
		fail(errors.New("leash needs a command"))
	}
	child := exec.Command(command[0], command[1:]...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	run(child, func() {})
}

func enclose(args []string) {
	options := parse(args)
	child := exec.Command("/proc/self/exe", append([]string{"inside"}, args...)...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	_, err := child.StdinPipe() // ends with this process, and with it the namespaces
	check(err)
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	if outside, _, published := strings.Cut(options.publish, "="); published {
		listener, err := net.Listen("tcp", outside)
		check(err)
		socket, err := listener.(*net.TCPListener).File()
		check(err)
		child.ExtraFiles = []*os.File{socket}
	}
	run(child, func() { fmt.Println("pid", child.Process.Pid) })
}

// run starts the child and ends with it, or kills it when standard input ends.
func run(child *exec.Cmd, started func()) {
	// A Ctrl-C is for the starter to handle. Caught, not ignored: what is ignored stays so in all that is started here.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGHUP)
	check(child.Start())
	started()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = child.Process.Kill()
	}()
	err := child.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			os.Exit(128 + int(status.Signal()))
		}
		os.Exit(exit.ExitCode())
	}
	check(err)
}

// inside is the first process of the new namespaces: it lays the mounts, serves the published port and reaps orphans.
func inside(args []string) {
	options := parse(args)
	check(syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
	check(syscall.Mount("proc", "/proc", "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, ""))
	for _, folder := range options.fresh {
		check(syscall.Mount("tmpfs", folder, "tmpfs", 0, "mode=0755"))
	}
	for _, bind := range options.bind {
		source, target, _ := strings.Cut(bind, "=")
		check(syscall.Mount(source, target, "", syscall.MS_BIND, ""))
	}
	// Pods' volumes are mounted by one process and used by another.
	check(syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, ""))
	if options.hostname != "" {
		check(syscall.Sethostname([]byte(options.hostname)))
	}
	if _, target, published := strings.Cut(options.publish, "="); published {
		listener, err := net.FileListener(os.NewFile(3, "published"))
		check(err)
		go serve(listener, target)
	}
	orphaned := make(chan os.Signal, 16)
	signal.Notify(orphaned, syscall.SIGCHLD)
	go func() {
		for range orphaned {
			for {
				if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
					break
				}
			}
		}
	}()
	fmt.Println("ready")
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
}

func serve(listener net.Listener, target string) {
	for {
		outer, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer outer.Close()
			inner, err := net.Dial("tcp", target)
			if err != nil {
				return
			}
			defer inner.Close()
			go func() {
				_, _ = io.Copy(inner, outer)
				_ = inner.(*net.TCPConn).CloseWrite()
			}()
			_, _ = io.Copy(outer, inner)
		}()
	}
}

type options struct {
	publish, hostname string
	fresh, bind       many
}

type many []string

func (m *many) String() string         { return strings.Join(*m, " ") }
func (m *many) Set(value string) error { *m = append(*m, value); return nil }

func parse(args []string) *options {
	parsed := &options{}
	flags := flag.NewFlagSet("enclose", flag.ExitOnError)
	flags.StringVar(&parsed.publish, "publish", "", "HOST:PORT=INNER:PORT")
	flags.StringVar(&parsed.hostname, "hostname", "", "host name inside")
	flags.Var(&parsed.fresh, "fresh", "folder to cover with an empty one")
	flags.Var(&parsed.bind, "bind", "SOURCE=TARGET")
	check(flags.Parse(args))
	return parsed
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "walls:", err)
	os.Exit(1)
}
